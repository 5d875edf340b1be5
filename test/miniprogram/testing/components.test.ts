/** Pages of the testing phone that are made of components. */
import { describe, expect, it } from '@jest/globals'
import { createReach } from '../../../miniprogram/client'
import { component } from '../../../miniprogram/client/component'
import { createPhone } from '../../../miniprogram/client/testing'
import { createRecord } from './record'

const options = { baseUrl: 'https://reach.test', consent: 'granted' } as const

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

  it('calls a behavior once, however often it is named', () => {
    const { calls, all } = createRecord()
    const shared = { attached: all(['attached']).attached }
    createPhone()
      .start()
      .open({ behaviors: [shared, { behaviors: [shared] }], methods: {} })
    expect(calls).toEqual(['attached'])
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

describe('observers', () => {
  it.each([
    ['a', { a: 1 }, [[1]]],
    ['a', { 'a.b': 1 }, []],
    ['a.b', { 'a.b': 1 }, [[1]]],
    ['a.b', { a: { b: 2 } }, [[2]]],
    ['a.b', { 'a.c': 1 }, []],
    ['a.**', { 'a.b.c': 1 }, [[{ b: { c: 1 } }]]],
    ['list[0]', { 'list[0]': 'x', 'list[1]': 'y' }, [['x']]],
    ['a, b', { b: 2 }, [[undefined, 2]]],
    ['missing.field', { missing: null }, [[undefined]]],
    ['**', { a: 1 }, [[{ a: 1 }]]],
  ])('%j sees the change %j: %j', (name, changes, expected) => {
    const seen: unknown[][] = []
    const observe = (...values: unknown[]) => void seen.push(values)
    const shared = { observers: { [name]: observe } }
    const life = createPhone().start()
    life.open({ behaviors: [shared], observers: shared.observers }).setData(changes)
    expect(seen).toEqual(expected)
    life.open({ methods: {}, observers: shared.observers }).setData(changes)
    expect(seen).toEqual([...expected, ...expected])
  })
})
