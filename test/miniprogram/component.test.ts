import { afterEach, describe, expect, it } from '@jest/globals'
import type { ShareContent } from '../../miniprogram/client'
import { behavior } from '../../miniprogram/client/behavior'
import { component } from '../../miniprogram/client/component'
import { start, type Running } from '../support/phone/start'

/** The page made of a component's options, on top of the stack. */
const instance = ({ life }: Running, options: object) =>
  life.open(
    { ...(options as { methods: object }).methods },
    { route: 'pages/card' },
  ) as unknown as {
    onShareAppMessage(event?: object): ShareContent
  }

describe.each([
  ['a component', component],
  ['a behavior', behavior],
])('%s', (_, wrap) => {
  it('is wrapped where its methods have a share handler [case 8]', async () => {
    const running = start()
    const { reach, phone } = running
    const options = wrap(reach, {
      data: { n: 1 },
      methods: { onShareAppMessage: () => ({ title: 'mine', path: '/a' }) },
    })
    const content = instance(running, options).onShareAppMessage({ from: 'menu' })
    expect(content).toMatchObject({ title: 'mine', path: expect.stringMatching(/^\/a\?_wxr=/) })
    await phone.clock.settle()
    expect(phone.server.events).toEqual([
      expect.objectContaining({ type: 'share.started', page: 'pages/card' }),
    ])
  })

  it('without a share handler stays as it is, the same object [case 1]', () => {
    const { reach } = start()
    for (const options of [{}, { data: { n: 1 } }, { methods: { tap() {} } }]) {
      expect(wrap(reach, options)).toBe(options)
    }
  })

  it('keeps its other methods, its symbols and the given options [case 5]', () => {
    const { reach } = start()
    const symbol = Symbol('mine')
    const tap = () => {}
    const onShareAppMessage = () => ({})
    const methods = Object.freeze({ tap, onShareAppMessage, [symbol]: 1 })
    const options = Object.freeze({ methods, observers: {}, [symbol]: 2 })
    const wrapped = wrap(reach, options) as unknown as typeof options
    expect(wrapped).toMatchObject({ observers: {}, [symbol]: 2, methods: { tap, [symbol]: 1 } })
    expect(options.methods.onShareAppMessage).toBe(onShareAppMessage)
    expect(wrapped.methods.onShareAppMessage).not.toBe(onShareAppMessage)
  })

  it('is wrapped once, however often it is given', async () => {
    const running = start()
    const { reach, phone } = running
    const options = { methods: { onShareAppMessage: reach.share(() => ({ path: '/a' })) } }
    const twice = wrap(reach, wrap(reach, options))
    const { path } = instance(running, twice).onShareAppMessage()
    expect(path).toMatch(/^\/a\?_wxr=[\w-]{16}$/)
    await phone.clock.settle()
    expect(phone.server.events).toHaveLength(1)
  })

  it.each<[string, (attached: () => void) => object]>([
    ['lifetimes', (attached) => ({ lifetimes: Object.freeze({ attached, detached() {} }) })],
    ['the options', (attached) => ({ attached, lifetimes: { detached() {} } })],
    ['both', (attached) => ({ attached, lifetimes: { attached } })],
  ])('asks for the group ticket before its own `attached` in %s', (_where, lifetimesOf) => {
    const { reach, life } = start()
    const seen: unknown[] = []
    const own = lifetimesOf(function (this: unknown) {
      seen.push(this, life.wx.calls.length)
    })
    const options = { methods: { onShareAppMessage: () => ({}) }, ...own }
    const page = life.open(wrap(reach, options, { groupTicket: true }))
    expect(life.wx.calls.map(({ name }) => name)).toEqual(['updateShareMenu'])
    expect(seen).toEqual([page, 1])
    expect(wrap(reach, options)).toMatchObject(own)
  })

  it('asks for the group ticket once: what its page does to the menu afterwards stays', () => {
    const { reach, life } = start({ without: ['updateShareMenu'] })
    const methods = { onShareAppMessage: () => ({}) }
    const lifetimes = { attached: () => void life.platform.hideShareMenu!({}) }
    life.open(wrap(reach, { methods, lifetimes }, { groupTicket: true }))
    expect(life.menuOf()).toEqual([])
    life.hide()
    life.show()
    expect(life.menuOf()).toEqual([])
    expect(life.wx.calls.map(({ name }) => name)).toEqual(['showShareMenu', 'hideShareMenu'])
  })

  it('adds no method that its author did not write, which would hide that of a behavior', () => {
    const { reach, life } = start()
    const options = { behaviors: ['b'], methods: { onShareAppMessage() {} } }
    const wrapped = wrap(reach, options, { groupTicket: true }) as typeof options & Lifetimes
    expect(Object.keys(wrapped.methods)).toEqual(['onShareAppMessage'])
    expect(wrapped.behaviors).toBe(options.behaviors)
    wrapped.attached()
    expect(life.wx.calls.map(({ name }) => name)).toEqual(['updateShareMenu'])
  })
})

interface Lifetimes {
  attached(): void
}

describe('a page with behaviors', () => {
  const given = globalThis as { Behavior?: unknown }
  afterEach(() => void delete given.Behavior)

  it('gets a behavior, not a method, to ask for tickets: those of its behaviors stay', () => {
    const { reach, life } = start()
    given.Behavior = (options: object) => ({ made: options })
    const options = { behaviors: ['b'], onShareAppMessage() {} }
    const page = reach.page(options, { groupTicket: true }) as typeof options & object
    expect(Object.keys(page).sort()).toEqual(['behaviors', 'onShareAppMessage'])
    const [ours, ...others] = page.behaviors as unknown as [{ made: { attached(): void } }]
    expect(others).toEqual(['b'])
    ours.made.attached()
    expect(life.wx.calls.map(({ name }) => name)).toEqual(['updateShareMenu'])
    expect(options.behaviors).toEqual(['b'])
  })

  it('uses a method that the page itself has, and adds none where there is no Behavior', () => {
    const { reach, life } = start()
    const own = { behaviors: ['b'], onShareAppMessage() {}, onLoad() {} }
    const page = reach.page(own, { groupTicket: true }) as typeof own
    expect(page.behaviors).toBe(own.behaviors)
    page.onLoad()
    expect(life.wx.calls.map(({ name }) => name)).toEqual(['updateShareMenu'])
    const none = { behaviors: ['b'], onShareAppMessage() {} }
    expect(Object.keys(reach.page(none, { groupTicket: true }))).toEqual(Object.keys(none))
  })
})
