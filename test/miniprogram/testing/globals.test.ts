/** Global names of the testing phone, and the modules that use them. */
import { describe, expect, it } from '@jest/globals'
import { createPhone } from '../../../miniprogram/client/testing'

describe('global names', () => {
  interface Names {
    wx: object
    App(options: object): void
    Page(options: object): void
    Component(options: object): void
    Behavior(options: object): object
    getApp(options?: object): object | undefined
    getCurrentPages(): object[]
  }
  const names = globalThis as unknown as Names & Record<string, unknown>

  it('let the app’s modules run as on the platform, and go when restored', () => {
    const life = createPhone().start()
    const before = [setTimeout, Date, console]
    const restore = life.defineGlobals()
    expect([names.wx, names.getApp(), names.getCurrentPages()]).toEqual([
      life.platform,
      undefined,
      [],
    ])
    const early = names.getApp({ allowDefault: true }) as { set?: string }
    early.set = 'before'
    names.App({ mine: true })
    expect(names.getApp()).toMatchObject({ mine: true, set: 'before' })
    life.load('/pages/index/index', () => names.Page({ data: { n: 1 } }))
    const page = life.open('/pages/index/index?id=%E4%BD%A0')
    expect(page).toMatchObject({
      route: 'pages/index/index',
      options: { id: '%E4%BD%A0' },
      data: { n: 1 },
    })
    expect(names.getCurrentPages()).toEqual([page])
    restore()
    expect([names.wx, names.Page, names.getApp]).toEqual([undefined, undefined, undefined])
    expect([setTimeout, Date, console]).toEqual(before)
  })

  it('are those of the latest life, and are restored to those before any life', () => {
    const real = Date
    const phone = createPhone()
    const first = phone.start()
    const restoreFirst = first.defineGlobals()
    const second = phone.start()
    const restore = second.defineGlobals()
    expect(names.wx).toBe(second.platform)
    restoreFirst()
    expect(names.wx).toBe(second.platform)
    restore()
    expect([names.wx, Date]).toEqual([undefined, real])
  })

  it('move time by the phone’s clock alone', async () => {
    const phone = createPhone({ startMs: 1000 })
    const restore = phone.start().defineGlobals()
    const seen: unknown[] = []
    const stopped = setTimeout(() => seen.push('stopped'), 10)
    clearTimeout(stopped)
    setTimeout((word: string) => seen.push(word), 1000, 'late')
    const interval = setInterval(() => seen.push(Date.now()), 400)
    await phone.clock.advance(1000)
    clearInterval(interval)
    await phone.clock.advance(1000)
    expect(seen).toEqual([1400, 1800, 'late'])
    expect([new Date().getTime(), new Date(0).getTime(), Date.now()]).toEqual([3000, 0, 3000])
    expect(new Date()).toBeInstanceOf(Date)
    expect(Date.UTC(2020, 0)).toBe(new Date('2020-01-01T00:00:00Z').getTime())
    setInterval(() => seen.push('none'), 0)
    restore()
    expect(new Date()).toBeInstanceOf(Date)
    await phone.clock.advance(2)
    expect(seen.slice(3)).toEqual(['none', 'none'])
  })

  it('note the warnings of the console, and stop with the life', async () => {
    const lines: unknown[] = []
    const runner = { console: { warn: (...words: unknown[]) => void lines.push(words) } }
    const phone = createPhone()
    const life = phone.start()
    const target = { ...runner, setTimeout }
    life.defineGlobals(target)
    target.console.warn('one', 2)
    target.console.warn('wx-reach: docs/client-notices.md#failed')
    target.setTimeout(() => lines.push('after the end'), 1)
    life.kill()
    await phone.clock.advance(10)
    target.console.warn('late')
    expect(lines).toEqual([['one', 2], ['late']])
    // What the library says would be noise in a test that is offline on purpose.
    expect(life.warnings).toEqual(['one 2', 'wx-reach: docs/client-notices.md#failed'])
  })

  it('make component pages with the behaviors that they name', () => {
    const life = createPhone().start()
    const restore = life.defineGlobals()
    const behavior = names.Behavior({ data: { shared: true } })
    // A component that no page is made of.
    names.Component({})
    life.load('pages/plain', () => names.Component({ lifetimes: {}, data: { n: 1 } }))
    expect(life.open('pages/plain')).toMatchObject({ data: { n: 1 }, properties: { n: 1 } })
    life.load('pages/a', () => names.Component({ behaviors: [behavior], data: { own: true } }))
    expect(life.open('pages/a').data).toEqual({ shared: true, own: true })
    restore()
  })
})

describe('a page’s module', () => {
  type Page = (options: object) => void
  const register = () => (globalThis as unknown as { Page: Page }).Page({})

  it('may load later, as ES modules do', async () => {
    const life = createPhone().start()
    const restore = life.defineGlobals()
    const loading = life.load('pages/a', () => Promise.resolve().then(register))
    expect(() => life.load('pages/b', register)).toThrow('pages/a is still loading')
    await loading
    expect(life.open('/pages/a').route).toBe('pages/a')
    restore()
  })

  it('is told what is missing', async () => {
    const life = createPhone().start()
    const restore = life.defineGlobals()
    expect(() => life.open('/pages/a?b=1')).toThrow("life.load('pages/a', () => require('…'))")
    expect(register).toThrow('Page() does not know its route')
    expect(() => life.load('pages/a', () => {})).toThrow('jest.resetModules()')
    await expect(life.load('pages/a', () => Promise.resolve())).rejects.toThrow(
      'pages/a has called',
    )
    const broken = () => {
      throw new Error('mine')
    }
    expect(() => life.load('pages/a', broken)).toThrow('mine')
    await expect(life.load('pages/a', () => Promise.reject(new Error('mine')))).rejects.toThrow(
      'mine',
    )
    life.load('pages/a', register)
    restore()
  })

  it('opens by default at the path by which the user came in', () => {
    const launch = { path: 'pages/a', query: { id: '7' }, scene: 1007 }
    const life = createPhone().start(launch)
    const restore = life.defineGlobals()
    life.load('pages/a', register)
    expect(life.open()).toMatchObject({ route: 'pages/a', options: { id: '7' } })
    restore()
  })
})
