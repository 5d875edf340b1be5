/** Sharing: by the menu or a button, into a chat that the user chooses. */
import type { Card, Chat, Device } from '../device.ts'
import type { Stack } from './pages/stack.ts'
import { parseUrl, withQuery } from './platform/url.ts'
import type { Ui } from './screen/ui.ts'
import { isAtLeast } from './platform/call.ts'
import type { ShareMenu } from './wx/share-menus.ts'
import { imageAddress } from './document/units.ts'

interface Content {
  title?: string
  path?: string
  imageUrl?: string
  promise?: Promise<Content>
  success?: (result: object) => void
  fail?: (error: object) => void
  complete?: (result: object) => void
}

export interface Sharing {
  share(from: 'menu' | 'button', target?: unknown): Promise<void>
  timeline(): void
  canShare(): boolean
}

export function createSharing(world: {
  device: Device
  ui: Ui
  stack: Stack
  /** Of the page on top. */
  menu(): ShareMenu
  tickets: Map<string, string>
}): Sharing {
  const { device, ui, stack, menu, tickets } = world
  const since = (version: string) => isAtLeast(device.library, version)
  let ticketNumber = 0

  const canShare = () => typeof stack.top()?.instance['onShareAppMessage'] === 'function'

  async function chosenChat(): Promise<Chat | undefined> {
    const chats = device.chats()
    const index = await ui.actions(
      chats.map(({ name }) => ({ text: name })),
      ui.words().sendTo,
    )
    return index === undefined ? undefined : chats[index]
  }

  return {
    canShare,
    async share(from, target) {
      const page = stack.top()
      if (!page || !canShare()) return
      const event = since('1.2.4') ? { from, target, webViewUrl: undefined } : undefined
      const given = (stack.call('onShareAppMessage', event) ?? {}) as Content
      const later =
        given.promise && since('2.12.0') ? await within(given.promise, 3_000) : undefined
      const content = { ...given, ...later }
      const chat = await chosenChat()
      const told = since('1.1.0') && !since('2.3.0')
      if (!chat) {
        const error = { errMsg: 'shareAppMessage:fail cancel' }
        if (told) given.fail?.(error)
        if (told) given.complete?.(error)
        return
      }
      device.share(chat, cardOf(content, page.path, page.query))
      device.note({ name: 'share', detail: content.path ?? page.path, outcome: chat.name })
      if (!told) return
      const result: Record<string, unknown> = { errMsg: 'shareAppMessage:ok' }
      if (menu().withShareTicket && chat.group) {
        const ticket = `ticket-${device.user.openId}-${Date.now()}-${++ticketNumber}`
        tickets.set(ticket, chat.name)
        result['shareTickets'] = [ticket]
      }
      given.success?.(result)
      given.complete?.(result)
    },
    timeline() {
      stack.call('onShareTimeline')
      ui.toast({ title: ui.words().sharedToTimeline, icon: 'none' })
    },
  }

  function cardOf(content: Content, path: string, query: Record<string, string>): Card {
    // The path is of the root: the platform takes it with a slash or without.
    const shared = parseUrl(content.path ?? withQuery(path, query))
    const image = content.imageUrl
    return {
      title: content.title ?? device.appName,
      path: withQuery(`/${shared.path}`, shared.query).slice(1),
      withShareTicket: menu().withShareTicket,
      ...(image && since('1.5.0') && { imageUrl: imageAddress(image) }),
    }
  }
}

/** What a promise gives in time; nothing where it fails or is late. */
const within = <Value>(promise: Promise<Value>, ms: number): Promise<Value | undefined> =>
  Promise.race([
    promise.catch(() => undefined),
    new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), ms)),
  ])
