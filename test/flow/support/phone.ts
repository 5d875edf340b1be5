/** A phone with the demo on it, connected to a running demo by real HTTP. Its own time stands still. */
import type { EnterOptions, Platform } from '../../../miniprogram/client/platform'
import {
  createCard,
  createFakeClock,
  createFakeNetwork,
  createFakeStorage,
  createFakeWx,
  createTimers,
} from '../../../miniprogram/client/testing'
import type { Card, NetworkReply, PhoneRequest, Timers } from '../../../miniprogram/client/testing'
import { config } from '../../../miniprogram/config'
import type { Demo } from './demo'
import { call } from './http'
import { loadMiniProgram } from './mini-program'
import type { PageInstance, ShareCallbacks } from './mini-program'

/** `mute`: requests arrive at the server, and no reply ever comes back. */
export type Connection = 'online' | 'offline' | 'mute'

export interface OpenPage {
  instance: PageInstance
  /** The text that the user sees at a class; `undefined` where there is no such element. */
  text(selector: string): string | undefined
  tap(selector: string): void
  /** The form is submitted, with what WeChat puts into the event. */
  submit(formId: string, value?: object): void
  /** The user taps 转发, and this is the card. Nothing happens on a page without a handler. */
  share(from?: 'menu' | 'button'): (Card & ShareCallbacks) | undefined
}

export interface Phone {
  connection: Connection
  /** The events that left the phone, each as often as it left. */
  readonly sent: { id: string; type: string }[]
  /** What the developer's console shows. */
  readonly warnings: string[]
  /** Starts the mini-program and shows the page that the entry names. */
  launch(entry?: Partial<EnterOptions>, without?: (keyof Platform)[]): OpenPage
  open(route: string, query?: object): OpenPage
  /** The user leaves the mini-program, and comes back. */
  hide(): void
  show(): void
  kill(): void
  /** All that the phone asked was answered, or never will be, and it has nothing more to ask. */
  settled(): Promise<void>
  /** What the user does within this time is done, timers of the mini-program run. */
  advance(ms: number): Promise<void>
  /** What the mini-program asked of a function of `wx` in this life, each time. */
  asked(name: keyof Platform): unknown[]
  /** Whose phone it is; where nobody was named, from the first sign-in on. */
  openId(): string
}

/** The id that the library put into the card's path. */
export const shareIdOf = (card: Card): string => /[?&]_wxr=([\w-]+)/.exec(card.path)![1]!

/** Where the sandbox platform remembers whose phone it is, at which sandbox. */
const userKey = 'wx-reach-sandbox:1'

/** @param openId whose phone it is; default: somebody whom the sandbox makes at the first sign-in */
export function createPhone(demo: Demo, openId?: string): Phone {
  const storage = createFakeStorage()
  if (openId) storage.set(userKey, [config.sandbox, openId])
  const pending = new Set<Promise<unknown>>()
  const sent: Phone['sent'] = []
  const warnings: string[] = []
  let clock = createFakeClock()
  let entered: EnterOptions = {}
  let life: ReturnType<typeof start> | undefined
  const running = () => life!

  async function forward({ path, token, body }: PhoneRequest): Promise<NetworkReply> {
    sent.push(...(body.events ?? []))
    const headers: Record<string, string> = { 'content-type': 'application/json' }
    if (token) headers.authorization = `Bearer ${token}`
    // The pages name the ports of `npm start`; this one listens elsewhere.
    const base = path.startsWith('/sandbox/') ? demo.sandbox : demo.server
    const muted = phone.connection === 'mute'
    const reply = await call(base + path, { method: 'POST', headers, body }).catch(() => undefined)
    if (!reply) return 'fail'
    return muted ? 'hang' : { status: reply.status, body: reply.body, header: reply.headers }
  }

  const network = createFakeNetwork((request) => {
    const answer =
      phone.connection === 'offline' ? Promise.resolve<NetworkReply>('fail') : forward(request)
    pending.add(answer)
    void answer.finally(() => pending.delete(answer))
    return answer
  })

  function start(without: (keyof Platform)[]) {
    clock = createFakeClock(Date.now())
    const wx = createFakeWx(clock, storage, network, entered)
    const platform: Partial<Platform> = { ...wx.platform }
    for (const name of without) delete platform[name]
    const warn = { value: (text: string) => void warnings.push(text) }
    const timers = createTimers(clock)
    const globals = { wx: platform, console: Object.create(console, { warn }), ...timersOf(timers) }
    return { wx, timers, miniProgram: loadMiniProgram(globals) }
  }

  function open(route: string, query: object = {}): OpenPage {
    const { instance, rendered } = running().miniProgram.open(route, query)
    const find = (selector: string) => {
      const found = rendered.querySelector(selector)
      if (!found) throw new Error(`The page shows no ${selector}.`)
      return found
    }
    return {
      instance,
      text: (selector) => rendered.querySelector(selector)?.dom?.textContent?.trim(),
      tap: (selector) => find(selector).dispatchEvent('tap'),
      submit: (formId, value = {}) =>
        find('.form').dispatchEvent('submit', { detail: { formId, value } }),
      share(from = 'menu') {
        const content = instance.onShareAppMessage?.({ from, target: undefined })
        return content && { ...content, ...createCard(content, instance) }
      },
    }
  }

  const phone: Phone = {
    connection: 'online',
    sent,
    warnings,
    launch(entry = {}, without = []) {
      entered = { path: 'pages/index/index', query: {}, scene: 1001, ...entry }
      life = start(without)
      running().miniProgram.callApp('onLaunch', entered)
      phone.show()
      return open(entered.path!, entered.query)
    },
    open,
    hide() {
      running().wx.hidden.forEach((listener) => listener())
      running().miniProgram.callApp('onHide')
    },
    show() {
      running().wx.shown.forEach((listener) => listener(entered))
      running().miniProgram.callApp('onShow', entered)
    },
    kill() {
      running().wx.kill()
      running().timers.end()
    },
    async settled() {
      await clock.settle()
      while (pending.size > 0) {
        await Promise.all(pending)
        await clock.settle()
      }
    },
    async advance(ms) {
      await clock.advance(ms)
      await phone.settled()
    },
    asked: (name) =>
      running()
        .wx.calls.filter((one) => one.name === name)
        .map(({ options }) => options),
    openId: () => (storage.get(userKey) as string[])[1]!,
  }
  return phone
}

/** The timers that the mini-program sees. */
function timersOf({ after }: Timers) {
  type Timer = { stop: () => void }
  const stop = (timer?: Timer) => timer?.stop()
  const repeat = (timer: Timer, task: () => void, ms: number) => {
    timer.stop = after(ms, () => {
      repeat(timer, task, ms)
      task()
    })
    return timer
  }
  return {
    setTimeout: (task: () => void, ms = 0): Timer => ({ stop: after(ms, task) }),
    setInterval: (task: () => void, ms = 0) => repeat({ stop() {} }, task, ms),
    clearTimeout: stop,
    clearInterval: stop,
  }
}
