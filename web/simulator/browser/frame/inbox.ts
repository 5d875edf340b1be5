/** What reached a user: service notices, and the customer-service chat. */
import { element } from '../dom.ts'
import { avatar } from './cards.ts'
import { entryOptions, splitUrl, type PhoneView } from './phone-view.ts'
import type { Template } from './templates.ts'
import type { World } from './world.ts'

export interface InboxMessage {
  kind: 'template' | 'subscribe' | 'customer'
  at: string
  body: {
    template_id?: string
    page?: string
    data?: Record<string, { value?: string } | string>
    emphasis_keyword?: string
    msgtype?: string
    text?: { content?: string }
    link?: { title?: string; description?: string; url?: string }
    miniprogrampage?: { title?: string; pagepath?: string }
  }
}

export const readInbox = async (world: World, phone: PhoneView): Promise<InboxMessage[]> => {
  const path = `inbox/${encodeURIComponent(phone.user.openId)}`
  const { messages } = await world.sandbox
    .get<{ messages: InboxMessage[] }>(path)
    .catch(() => ({ messages: [] }))
  return messages
}

/** Scenes of opening from a notice. */
const sceneOf = { template: 1014, subscribe: 1107, customer: 1096 }

export function drawNotices(
  world: World,
  phone: PhoneView,
  messages: readonly InboxMessage[],
  templates: ReadonlyMap<string, Template>,
): Node[] {
  const words = world.words()
  const notices = messages.filter(({ kind }) => kind !== 'customer')
  if (notices.length === 0) return [element('p', { class: 'empty', text: words.noMessages })]
  return [...notices].reverse().map((message) => {
    const { body, at, kind } = message
    const emphasized = (body.emphasis_keyword ?? '').replace(/\.DATA$/i, '')
    const template = templates.get(body.template_id ?? '')
    const fields = fieldsOf(template, body.data ?? {})
    const large = fields.find(({ key }) => key === emphasized)
    return element(
      'article',
      { class: 'notice' },
      element(
        'header',
        {},
        avatar(world.settings.name, '#07c160'),
        element('span', { text: world.settings.name }),
        element('time', { text: timeOf(world, at), attributes: { datetime: at, title: at } }),
      ),
      template ? element('h3', { class: 'notice-title', text: template.title }) : undefined,
      large ? element('p', { class: 'notice-large', text: large.value }) : undefined,
      element(
        'dl',
        {},
        ...fields
          .filter((field) => field !== large)
          .flatMap(({ name, value }) => [
            element('dt', { text: name }),
            element('dd', { text: value }),
          ]),
      ),
      element('button', {
        class: 'notice-foot',
        text: words.enterMiniProgram,
        onClick: () => openPage(phone, body.page ?? world.settings.pages[0]!, sceneOf[kind]),
      }),
    )
  })
}

/** In the order of the template; keys that it lacks are not shown, as on a phone. */
function fieldsOf(
  template: Template | undefined,
  data: NonNullable<InboxMessage['body']['data']>,
): { key: string; name: string; value: string }[] {
  const valueOf = (field: { value?: string } | string = '') =>
    typeof field === 'string' ? field : (field.value ?? '')
  // Of a template without known keywords, the keys stand for them.
  const keywords = template?.keywords.length
    ? template.keywords
    : Object.keys(data).map((key) => ({ key, name: key }))
  return keywords.map(({ key, name }) => ({ key, name, value: valueOf(data[key]) }))
}

const timeOf = (world: World, at: string) =>
  new Date(at).toLocaleString(world.language() === 'en' ? 'en-GB' : 'zh-CN', { hour12: false })

function openPage(phone: PhoneView, url: string, scene: number): void {
  const { path, query } = splitUrl(url)
  phone.open({ options: entryOptions(path, query, scene) })
}

/** What the user wrote, which no server sends back. */
export interface Conversation {
  own: { at: string; text: string }[]
}

export function drawContact(
  world: World,
  phone: PhoneView,
  messages: readonly InboxMessage[],
  { own }: Conversation,
): Node[] {
  const words = world.words()
  const theirs = messages
    .filter(({ kind }) => kind === 'customer')
    .map(({ at, body }) => ({ at, mine: false, node: contentOf(world, phone, body) }))
  const mine = own.map(({ at, text }) => ({ at, mine: true, node: text as Node | string }))
  const lines = [...theirs, ...mine].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
  const list = lines.map((line) =>
    element(
      'div',
      { class: line.mine ? 'chat-line chat-own' : 'chat-line' },
      line.mine ? avatar(phone.user.name, phone.user.color) : avatar(words.contact, '#07c160'),
      element('div', { class: 'bubble' }, line.node),
    ),
  )
  return list.length > 0 ? list : [element('p', { class: 'empty', text: words.noContact })]
}

function contentOf(world: World, phone: PhoneView, body: InboxMessage['body']): Node | string {
  const { text, link, miniprogrampage: page, msgtype } = body
  if (text) return text.content ?? ''
  if (link) return `${link.title ?? ''} ${link.url ?? ''}`
  if (page) {
    return element('button', {
      class: 'link',
      text: page.title ?? world.settings.name,
      onClick: () => openPage(phone, page.pagepath ?? world.settings.pages[0]!, sceneOf.customer),
    })
  }
  return `[${msgtype ?? ''}]`
}
