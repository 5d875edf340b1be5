/** Pages, components and global names of the testing phone. */
import { describe, expect, it } from '@jest/globals'
import { createReach } from '../../../miniprogram/client'
import { component } from '../../../miniprogram/client/component'
import { createPhone } from '../../../miniprogram/client/testing'

const options = { baseUrl: 'https://reach.test', consent: 'granted' } as const

/** Names of calls, in their order. */
function createRecord() {
  const calls: string[] = []
  const record = (name: string) => () => void calls.push(name)
  const all = (names: string[], of = '') =>
    Object.fromEntries(names.map((name) => [name, record(of + name)]))
  return { calls, all }
}

const lifecycle = ['onLoad', 'onShow', 'onReady', 'onHide', 'onUnload']

describe('a page', () => {
  it('has setData, by names and by paths, whose callback is called', () => {
    const life = createPhone().start()
    const page = life.open({ data: { n: 0, list: [{ done: false }] } })
    const seen: unknown[] = []
    const changes = { n: 1, 'list[0].done': true, 'list[1].done': false, 'made.on.the.way': 'x' }
    page.setData(changes, () => seen.push('set'))
    expect(page.data).toEqual({
      n: 1,
      list: [{ done: true }, { done: false }],
      made: { on: { the: { way: 'x' } } },
    })
    expect(seen).toEqual(['set'])
  })

  it('shares neither data nor other fields with a page of the same options', () => {
    const store = new Map()
    const cyclic: { self?: object } = {}
    cyclic.self = cyclic
    const given = Object.freeze({
      data: Object.freeze({ list: Object.freeze([1]) as number[] }),
      settings: { on: false },
      store,
      cyclic,
      add(this: { data: { list: number[] }; setData(changes: object): void }) {
        this.setData({ list: [...this.data.list, 2] })
      },
    })
    const life = createPhone().start()
    const [one, other] = [life.open(given), life.open(given)]
    one.add()
    one.settings.on = true
    one.data.list.push(3)
    expect([one.data, other.data, given.data]).toEqual([
      { list: [1, 2, 3] },
      { list: [1] },
      { list: [1] },
    ])
    expect([other.settings.on, given.settings.on]).toEqual([false, false])
    expect(one.cyclic.self).toBe(one.cyclic)
    // An instance of a class is the app's own, and stays one.
    expect([one.store, other.store]).toEqual([store, store])
    expect(one.store).toBe(other.store)
  })

  it('is loaded, shown, hidden and unloaded in the order of the platform', () => {
    const { calls, all } = createRecord()
    const life = createPhone().start()
    life.App(all(['onLaunch', 'onShow', 'onHide'], 'app.'))
    life.open(all(lifecycle, 'a.'))
    life.open(all(lifecycle, 'b.'))
    life.hide()
    life.show()
    life.back()
    expect(calls.join(' ')).toBe(
      'app.onLaunch app.onShow a.onLoad a.onShow a.onReady ' +
        'a.onHide b.onLoad b.onShow b.onReady ' +
        'b.onHide app.onHide app.onShow b.onShow b.onUnload a.onShow',
    )
    expect(life.pages).toHaveLength(1)
  })

  it('knows its route and query', () => {
    const seen: unknown[] = []
    const life = createPhone().start()
    const at = { route: 'pages/card', options: { id: '7' } }
    const page = life.open({ onLoad: (query: object) => seen.push(query) }, at)
    expect([page.route, page.options, seen]).toEqual(['pages/card', { id: '7' }, [{ id: '7' }]])
  })
})

describe('a page made of a component', () => {
  const running = () => {
    const life = createPhone().start()
    const reach = createReach({ ...options, platform: life.platform }, life.world)
    return { life, reach }
  }

  it('has the handlers that component() has wrapped', async () => {
    const { life, reach } = running()
    const methods = { onShareAppMessage: () => ({ title: 'mine', path: '/a' }) }
    const page = life.open(component(reach, { data: { n: 1 }, methods }))
    expect(page.data).toEqual({ n: 1 })
    const card = await life.tapShare()
    expect(card).toMatchObject({ title: 'mine', path: expect.stringMatching(/^\/a\?_wxr=/) })
  })

  it('asks for tickets where component() is told to', async () => {
    const { life, reach } = running()
    const methods = { onShareAppMessage: () => ({}) }
    life.open(component(reach, { methods }, { groupTicket: true }))
    expect(await life.tapShare()).toMatchObject({ withShareTicket: true })
  })

  it('calls lifetimes, page lifetimes and methods, its behaviors’ first', () => {
    const { calls, all } = createRecord()
    const lifetimes = ['created', 'attached', 'ready', 'detached']
    const inner = { attached: all(['inner.attached'])['inner.attached'] }
    const shared = {
      behaviors: [inner, 'wx://form-field'],
      lifetimes: all(lifetimes, 'shared.'),
      pageLifetimes: all(['show', 'hide'], 'shared.'),
      methods: all(['onShow', 'onHide', 'tap'], 'shared.'),
    }
    const life = createPhone().start()
    const page = life.open({
      behaviors: [shared],
      lifetimes: all(lifetimes),
      pageLifetimes: all(['show', 'hide']),
      methods: all(['onLoad', 'onShow']),
    })
    life.hide()
    page.tap()
    life.back()
    expect(calls.join(' ')).toBe(
      'shared.created created inner.attached shared.attached attached onLoad ' +
        'shared.show show onShow shared.ready ready ' +
        'shared.hide hide shared.onHide shared.tap shared.detached detached',
    )
  })

  it('has its properties, of the query where it names them', () => {
    const page = createPhone()
      .start()
      .open(
        {
          properties: { id: Number, tab: { type: String, value: 'all' }, list: Array, any: null },
          data: { n: 1 },
          methods: {},
        },
        { options: { id: '7' } },
      )
    expect(page.data).toEqual({ id: 7, tab: 'all', list: [], any: null, n: 1 })
    expect(page.properties).toBe(page.data)
  })

  it('lets a page have behaviors as well, whose methods are its own where it has none', () => {
    const { calls, all } = createRecord()
    const shared = {
      data: { from: 'behavior', shared: true },
      attached: all(['attached']).attached,
      methods: all(['onLoad', 'onShow'], 'shared.'),
    }
    const own = { behaviors: [shared], data: { from: 'page' }, ...all(['onLoad']) }
    expect(createPhone().start().open(own).data).toEqual({ from: 'page', shared: true })
    expect(calls).toEqual(['attached', 'onLoad', 'shared.onShow'])
  })
})

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
    target.setTimeout(() => lines.push('after the end'), 1)
    life.kill()
    await phone.clock.advance(10)
    target.console.warn('late')
    expect([life.warnings, lines]).toEqual([['one 2'], [['one', 2], ['late']]])
  })

  it('make component pages with the behaviors that they name', () => {
    const life = createPhone().start()
    const restore = life.defineGlobals()
    const behavior = names.Behavior({ data: { shared: true } })
    // A component that no page is made of.
    names.Component({})
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

describe('functions of wx', () => {
  it('return a promise where no callback is given', async () => {
    const { platform, wx } = createPhone().start()
    expect(await platform.login!({})).toMatchObject({ code: expect.any(String) })
    wx.results.login = () => ({ errMsg: 'login:fail' })
    await expect(platform.login!({})).rejects.toEqual({ errMsg: 'login:fail' })
    expect(platform.login!({ fail() {} })).toBeUndefined()
  })

  it('accept every template, unless the test says otherwise', async () => {
    const { platform, wx } = createPhone().start()
    const ask = () => platform.requestSubscribeMessage!({ tmplIds: ['a', 'b'] })
    expect(await ask()).toMatchObject({ a: 'accept', b: 'accept' })
    wx.results.requestSubscribeMessage = () => ({ a: 'reject' })
    expect(await ask()).toMatchObject({ a: 'reject' })
  })

  it('are added by the test, to every life', () => {
    const said: string[] = []
    const phone = createPhone({ wx: { showToast: ({ title }) => said.push(title) } })
    for (const life of [phone.start(), phone.start()]) life.platform.showToast({ title: 'ok' })
    expect(said).toEqual(['ok', 'ok'])
  })
})
