/**
 * The phone of `wx-reach/testing` with the demo on it, connected to a running demo by real HTTP.
 */
import type { Callbacks, EnterOptions, Platform } from '../../../miniprogram/client/platform'
import { config } from '../../../miniprogram/config'
import { createCard, createPhone } from '../../support/phone'
import type { Card, FakeClock, Life, NetworkReply, PhoneRequest } from '../../support/phone'
import type { Demo } from './demo'
import { call } from './http'
import { loadMiniProgram } from './mini-program'
import type { MiniProgram, PageInstance, ShareCallbacks } from './mini-program'

/** `mute`: requests arrive at the server, and their replies are lost. */
type Connection = 'online' | 'offline' | 'mute'

interface OpenPage {
  instance: PageInstance
  /** The text of an element; `undefined` where there is no such element. */
  text(selector: string): string | undefined
  /** The texts of all such elements. */
  texts(selector: string): (string | undefined)[]
  tap(selector: string): void
  /** The user turns a switch on or off. */
  turn(selector: string, value: boolean): void
  /** Submits the form, with a formId as WeChat puts it into the event. */
  submit(formId: string, value?: object): void
  /** The card after a tap on 转发; `undefined` on a page without a handler. */
  share(from?: 'menu' | 'button'): (Card & ShareCallbacks) | undefined
}

interface DemoPhone {
  connection: Connection
  /** What the user does where the page asks for a payment. */
  payment: 'confirms' | 'cancels'
  /** The events that left the phone, each as often as it left. */
  readonly sent: { id: string; type: string }[]
  /** Lines of the developer's console, of all lives. */
  readonly warnings: string[]
  /**
   * Starts the mini-program and shows the page that the entry names.
   *
   * @param library - the version of the base library; what it lacks is given by `without`
   */
  launch(entry?: Partial<EnterOptions>, without?: (keyof Platform)[], library?: string): OpenPage
  open(route: string, query?: object): OpenPage
  /** The user leaves the mini-program, and comes back. */
  hide(): void
  show(): void
  kill(): void
  /** Resolves when no request is open and the mini-program waits only for time. */
  settled(): Promise<void>
  /** Runs the timers of this time, then waits as `settled`. */
  advance(ms: number): Promise<void>
  /** The options of each call of a function of `wx` in this life. */
  asked(name: keyof Platform): unknown[]
  /** A ticket of the platform for the user who shares, as old base libraries give it. */
  ticket(): string
  /** The phone's user; where none was given, known from the first sign-in on. */
  openId(): string
}

/** The id that the library put into the card's path. */
export const shareIdOf = (card: Card): string => /[?&]_wxr=([\w-]+)/.exec(card.path)![1]!

/** Where the sandbox platform stores the phone's user. */
const userKey = 'wx-reach-sandbox:1'

/** @param openId - the phone's user; default: one that the sandbox makes at the first sign-in */
export function createDemoPhone(demo: Demo, openId?: string): DemoPhone {
  const pending = new Set<Promise<unknown>>()
  const sent: DemoPhone['sent'] = []
  const warnings: string[] = []
  let entered: EnterOptions = {}
  let running: { life: Life; miniProgram: MiniProgram } | undefined
  const current = () => running!

  async function forward({ method, path, token, body }: PhoneRequest): Promise<NetworkReply> {
    sent.push(...(body?.events ?? []))
    const headers: Record<string, string> = { 'content-type': 'application/json' }
    if (token) headers.authorization = `Bearer ${token}`
    // The pages name the ports of `npm start`; this demo listens elsewhere.
    const base = path.startsWith('/sandbox/') ? demo.sandbox : demo.server
    const muted = phone.connection === 'mute'
    const given = await call(base + path, { method, headers, body }).catch(() => undefined)
    if (!given) return 'fail'
    return muted ? 'hang' : { status: given.status, body: given.body, header: given.headers }
  }

  function reply(request: PhoneRequest): Promise<NetworkReply> {
    const replied =
      phone.connection === 'offline' ? Promise.resolve<NetworkReply>('fail') : forward(request)
    pending.add(replied)
    void replied.finally(() => pending.delete(replied))
    return replied
  }

  const device = createPhone({ reply, startMs: Date.now() })
  const { clock, storage } = device
  if (openId) storage.set(userKey, [config.sandbox, openId])

  /**
   * The library runs with its own world here: it finds the clock, the console and `wx` as globals.
   */
  function start(without: (keyof Platform)[], library: string | undefined) {
    const life = device.start(entered, without)
    life.platform.requestPayment = (options: Callbacks<object>) => {
      const cancelled = phone.payment === 'cancels'
      if (cancelled) options.fail?.({ errMsg: 'requestPayment:fail cancel' })
      else options.success?.({ errMsg: 'requestPayment:ok' })
      options.complete?.({ errMsg: '' })
    }
    if (library !== undefined) {
      life.platform.getSystemInfoSync = () => ({ SDKVersion: library, version: '6.6.0' })
    }
    const warn = { value: (text: string) => void warnings.push(text) }
    const globals = {
      wx: life.platform,
      App: life.App,
      console: Object.create(console, { warn }),
      ...timersOf(life.world.after),
    }
    return { life, miniProgram: loadMiniProgram(globals, life.pages as PageInstance[]) }
  }

  function open(route: string, query: object = {}): OpenPage {
    const { instance, rendered } = current().miniProgram.open(route, query)
    const find = (selector: string) => {
      const found = rendered.querySelector(selector)
      if (!found) throw new Error(`The page shows no ${selector}.`)
      return found
    }
    return {
      instance,
      text: (selector) => rendered.querySelector(selector)?.dom?.textContent?.trim(),
      texts: (selector) =>
        rendered.querySelectorAll(selector).map(({ dom }) => dom?.textContent?.trim()),
      tap: (selector) => find(selector).dispatchEvent('tap'),
      turn: (selector, value) => find(selector).dispatchEvent('change', { detail: { value } }),
      submit: (formId, value = {}) =>
        find('.form').dispatchEvent('submit', { detail: { formId, value } }),
      share(from = 'menu') {
        const content = instance.onShareAppMessage?.({ from, target: undefined })
        return content && { ...content, ...createCard(content, instance) }
      },
    }
  }

  const phone: DemoPhone = {
    connection: 'online',
    payment: 'confirms',
    sent,
    warnings,
    launch(entry = {}, without = [], library = undefined) {
      entered = { path: 'pages/index/index', query: {}, scene: 1001, ...entry }
      running = start(without, library)
      return open(entered.path!, entered.query)
    },
    open,
    hide: () => current().life.hide(),
    show: () => current().life.show(),
    kill: () => current().life.kill(),
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
      current()
        .life.wx.calls.filter((one) => one.name === name)
        .map(({ options }) => options),
    ticket: () => current().life.createTicket(),
    openId: () => (storage.get(userKey) as string[])[1]!,
  }
  return phone
}

/** The global timers of the mini-program. */
function timersOf(after: FakeClock['after']) {
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
