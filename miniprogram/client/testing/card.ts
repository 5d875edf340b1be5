/** A card in a chat: the share handler's content with the platform's defaults. */
import type { PageLike } from '../world'
import type { EnterOptions } from '../platform'
import type { FakeClock } from './clock'
import { isGroupScene } from './groups'

export interface Card {
  title: string
  path: string
  imageUrl: string
  /** A user who opens it in a group gets a share ticket. */
  withShareTicket?: boolean
}

export interface CardContent {
  title?: string
  path?: string
  imageUrl?: string
}

/** How a share ended. Base libraries from 2.3.0 on do not report it to the page. */
export interface ShareResult {
  /** `shareAppMessage:ok`, `shareAppMessage:fail cancel`, `shareAppMessage:fail (details)`. */
  errMsg: string
  shareTickets?: string[]
}

/** Default title: the mini-program's name. Default picture: the top of the page. */
export function createCard(content: CardContent | void, page: PageLike, appName = 'the app'): Card {
  const { title, path, imageUrl } = content || {}
  return {
    title: title || appName,
    path: path || ownPath(page),
    imageUrl: imageUrl || 'the top of the page',
  }
}

/** The path of a card without one. */
function ownPath({ route, __route__: before, options = {} }: PageLike): string {
  const query = Object.entries(options).map(([key, value]) => `${key}=${value}`)
  return `/${route || before}${query.length ? `?${query.join('&')}` : ''}`
}

/** Values of the query stay encoded as in the path. */
export function splitPath(url: string): { path: string; query: Record<string, string> } {
  const [path = '', search = ''] = url.replace(/#.*/, '').split('?')
  const query: Record<string, string> = {}
  for (const pair of search.split('&').filter(Boolean)) {
    const at = pair.indexOf('=')
    query[at < 0 ? pair : pair.slice(0, at)] = at < 0 ? '' : pair.slice(at + 1)
  }
  return { path: path.replace(/^\//, ''), query }
}

/**
 * The options with which the platform opens a card; values of the query stay encoded as in the
 * path. Scene 1008: a card in a group. `more` may name another scene, and the `shareTicket` of a
 * card that was sent with one.
 */
export const optionsOf = (card: Card, more: Partial<EnterOptions> = {}): EnterOptions => ({
  ...splitPath(card.path),
  scene: 1008,
  ...more,
})

/** Where a card is opened: options of the platform, of which `scene` 1007 is a single chat. */
export interface OpenedAt extends Partial<EnterOptions> {
  /** The chat's name in a group: the same name is the same group. Default: `group`. */
  group?: string
}

/** As `optionsOf`, with a ticket where the card was sent with one and is opened in a group. */
export function enterByCard(card: Card, at: OpenedAt, createTicket: () => string): EnterOptions {
  const more = { ...at }
  delete more.group
  const options = optionsOf(card, more)
  if (!card.withShareTicket || options.shareTicket || !isGroupScene(options)) return options
  return { ...options, scene: at.scene || 1044, shareTicket: createTicket() }
}

/** The platform waits that long for a promise, then shows the outer content. */
const promiseMs = 3000

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  !!value && typeof (value as { then?: unknown }).then === 'function'

/**
 * The value of a promise by the phone's clock. `otherwise` where it resolves to nothing, is
 * rejected, or is late.
 */
export function inTime<Value>(clock: FakeClock, given: unknown, otherwise: Value): Promise<Value> {
  if (!isThenable(given)) return Promise.resolve((given || otherwise) as Value)
  return new Promise((resolve) => {
    const cancel = clock.after(promiseMs, () => resolve(otherwise))
    const settle = (value?: unknown) => {
      cancel()
      resolve((value || otherwise) as Value)
    }
    given.then(settle, () => settle())
  })
}

/** Calls the page's callbacks as base libraries before 2.3.0 do. */
export function callShareCallbacks(content: unknown, result: ShareResult): void {
  const { success, fail, complete } = (content || {}) as Record<string, unknown>
  const ended = /:fail/.test(result.errMsg) ? fail : success
  for (const callback of [ended, complete]) {
    if (typeof callback === 'function') callback(result)
  }
}
