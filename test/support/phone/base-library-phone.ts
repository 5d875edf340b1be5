/** The main flows on a phone with one base library, with the functions that it has. */
import type { Arrival, ShareContent } from '../../../miniprogram/client'
import type { EnterOptions, Platform } from '../../../miniprogram/client/platform'
import { createPhone, type Card, type Phone, type ShareResult } from '.'
import type { BaseLibrary } from './base-libraries'
import { start, type StartOptions } from './start'

const all = Object.keys(createPhone().start().wx.platform) as (keyof Platform)[]

interface Started extends StartOptions {
  phone?: Phone
  launch?: EnterOptions
}

/** The app on a phone with this base library, launched. */
export function launch(library: BaseLibrary, options: Started = {}) {
  const without = all.filter((name) => !library.functions.includes(name))
  // Older base libraries cannot report it.
  const running = start({ appId: 'wx0123456789abcdef', ...options, without })
  const { life, reach } = running
  const read = () => ({ SDKVersion: library.version, version: '8.0.50' })
  life.platform.getSystemInfoSync = read
  if (life.platform.getAppBaseInfo) life.platform.getAppBaseInfo = read
  const { request } = life.platform
  life.platform.request = (asked) => {
    const task = request(asked)
    return library.requestTask ? task : undefined
  }
  const arrivals: Arrival[] = []
  reach.onArrival((arrival) => arrivals.push(arrival))
  life.App(reach.app({}))
  return { ...running, arrivals }
}

export type Running = ReturnType<typeof launch>

/** A page on top of the stack, with the fields that this base library gives it. */
export function show(library: BaseLibrary, { life }: Running, options: object) {
  const at = { route: 'pages/card', options: { id: '7' } }
  const { route, options: query, ...page } = { ...life.open(options, at) }
  const known = {
    ...page,
    [library.route]: route,
    ...(library.pageOptions ? { options: query } : {}),
  }
  life.pages[life.pages.length - 1] = Object.assign(Object.create(options), known)
  return life.pages[life.pages.length - 1]!
}

/** A tap on 转发, with the arguments and callbacks of this base library. */
export async function share(library: BaseLibrary, running: Running, ended?: ShareResult) {
  const { life, reach } = running
  const seen: unknown[] = []
  const content: ShareContent = {
    title: 'mine',
    path: '/pages/card?id=7',
    success: (result) => void seen.push(result),
    fail: (error) => void seen.push(error),
  }
  const page = show(library, running, reach.page({ onShareAppMessage: () => content }))
  const event = library.shareEvent ? { from: 'button', target: {} } : null
  const card = await life.tapShare(page, event, library.shareCallbacks ? ended : undefined)
  return { card: card!, seen }
}

/** A friend opens the card in a group, on a phone of the same library. */
export function open(library: BaseLibrary, card: Card) {
  const phone = createPhone()
  const ticket = library.group === 'ticket' ? { shareTicket: 'opened' } : {}
  const [path, search = ''] = card.path.slice(1).split('?')
  const query = Object.fromEntries(search.split('&').map((pair) => pair.split('=')))
  return launch(library, { phone, launch: { path: path!, query, scene: 1044, ...ticket } })
}
