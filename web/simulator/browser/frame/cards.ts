/** Chats with their cards, and the entry that opening a card gives. */
import type { Entry } from '../device.ts'
import { element } from '../dom.ts'
import { entryOptions, splitUrl, withTicket, type PhoneView } from './phone-view.ts'
import { userOf, type SentCard, type World } from './world.ts'

/** What the platform hands to the mini-program when a user taps a card. */
export function entryByCard(world: World, { card, chat: id }: SentCard): Entry {
  const chat = world.chats().find((one) => one.id === id)!
  const { path, query } = splitUrl(card.path)
  const scene = !chat.group ? 1007 : card.withShareTicket ? 1044 : 1008
  const options = entryOptions(path, query, scene)
  return {
    options: chat.group && card.withShareTicket ? withTicket(options) : options,
    ...(chat.group && { group: chat.name }),
  }
}

export function drawChats(world: World, phone: PhoneView): Node[] {
  const words = world.words()
  const cards = world.cards()
  const shown = world.chats().flatMap((chat) => {
    const here = cards.filter((card) => card.chat === chat.id)
    if (here.length === 0) return []
    return [element('h3', { text: chat.name }), ...here.map((sent) => drawCard(world, phone, sent))]
  })
  return shown.length > 0 ? shown : [element('p', { class: 'empty', text: words.noCards })]
}

function drawCard(world: World, phone: PhoneView, sent: SentCard): HTMLElement {
  const { card, from } = sent
  const words = world.words()
  const picture = card.imageUrl
    ? element('img', { class: 'card-picture', attributes: { src: card.imageUrl, alt: '' } })
    : element('div', { class: 'card-picture', text: world.settings.name })
  const { color } = userOf(from)
  return element(
    'div',
    { class: from === phone.user.name ? 'chat-line chat-own' : 'chat-line' },
    avatar(from, color),
    element(
      'button',
      {
        class: 'card',
        attributes: { 'data-card': String(sent.id), title: card.path },
        onClick: () => phone.open(entryByCard(world, sent)),
      },
      element('span', { class: 'card-app', text: world.settings.name }),
      element('span', { class: 'card-title', text: card.title }),
      picture,
      element('span', { class: 'card-foot', text: words.miniProgram }),
    ),
  )
}

export const avatar = (name: string, color: string) =>
  element('span', {
    class: 'avatar',
    text: name.slice(0, 1),
    attributes: { title: name },
    style: { background: color },
  })
