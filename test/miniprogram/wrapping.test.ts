import { describe, expect, it } from '@jest/globals'
import { start } from '../support/phone/start'

describe('a wrapped page', () => {
  it('has no share handler unless its author wrote one [case 1]', () => {
    const { reach } = start()
    expect(reach.page({ data: {} })).not.toHaveProperty('onShareAppMessage')
  })

  it('hands this, every argument and the result through [case 2]', () => {
    const { reach, life } = start()
    const seen: unknown[] = []
    const page = life.open(
      reach.page({
        onShareAppMessage(this: unknown, ...args: unknown[]) {
          seen.push(this, ...args)
          return { title: 'as it was' }
        },
      }),
    )
    const event = { from: 'menu' }
    const content = (page.onShareAppMessage as (...args: unknown[]) => object)(event, 'more')
    expect(seen).toEqual([page, event, 'more'])
    expect(content).toMatchObject({ title: 'as it was' })
  })

  it('throws what the handler throws, once [case 3]', () => {
    const { reach } = start()
    let calls = 0
    const handler = reach.share(() => {
      calls++
      throw new Error('mine')
    })
    expect(() => handler({ from: 'menu', target: undefined })).toThrow('mine')
    expect(calls).toBe(1)
  })

  it('returns the content untouched when the library fails [case 3]', () => {
    const { reach, life } = start()
    life.world.pages = () => {
      throw new Error('no stack here')
    }
    const content = { title: 'mine', path: '/a' }
    expect(reach.share(() => content)({ from: 'menu', target: undefined })).toBe(content)
    expect(life.warnings).toHaveLength(1)
  })

  it('gives one share id however often it is wrapped [case 4]', async () => {
    const { reach, life, phone } = start()
    const page = life.open(
      reach.page(reach.page({ onShareAppMessage: reach.share(() => ({ path: '/a' })) })),
    )
    const card = await life.tapShare(page)
    expect(card?.path).toMatch(/^\/a\?_wxr=[\w-]{12,16}$/)
    await phone.clock.settle()
    expect(phone.server.events).toHaveLength(1)
  })

  it('never mutates its input, frozen or not, and keeps symbols and the prototype [case 5]', () => {
    const { reach } = start()
    const symbol = Symbol('mine')
    const prototype = { inherited: 1 }
    const options = Object.freeze(
      Object.assign(Object.create(prototype), { [symbol]: 2, onShareAppMessage: () => ({}) }),
    )
    const before = options.onShareAppMessage
    const wrapped = reach.page(options) as Record<PropertyKey, unknown>
    expect(options.onShareAppMessage).toBe(before)
    expect(wrapped.onShareAppMessage).not.toBe(before)
    expect(wrapped[symbol]).toBe(2)
    expect(wrapped.inherited).toBe(1)
    wrapped.onShareAppMessage = before
    expect(wrapped.onShareAppMessage).toBe(before)
  })
})

describe('a wrapped app', () => {
  it('keeps its lifecycle functions, with this, arguments and result [case 2]', () => {
    const { reach, life } = start()
    const seen: unknown[] = []
    const app = reach.app({
      globalData: 1,
      onLaunch(options: object, extra?: unknown) {
        seen.push(this.globalData, options, extra)
        return 'mine'
      },
    })
    const launch = { path: 'a', scene: 1001 }
    const onLaunch = app.onLaunch as unknown as (...args: unknown[]) => unknown
    expect(onLaunch.call(app, launch, 'extra')).toBe('mine')
    expect(seen).toEqual([1, launch, 'extra'])
    expect(life.warnings).toEqual([])
  })
})
