import { describe, expect, it } from '@jest/globals'
import type { ShareContent } from '../../miniprogram/client'
import { behavior } from '../../miniprogram/client/behavior'
import { component } from '../../miniprogram/client/component'
import { start } from '../support/phone/start'

/** A component's instance, with what its methods use. */
const instance = (options: object, route = 'pages/card') =>
  Object.assign(Object.create((options as { methods: object }).methods), { route }) as {
    onShareAppMessage(event?: object): ShareContent
    onShow?(): void
  }

describe.each([
  ['a component', component],
  ['a behavior', behavior],
])('%s', (_, wrap) => {
  it('is wrapped where its methods have a share handler [case 8]', async () => {
    const { reach, phone } = start()
    const options = wrap(reach, {
      data: { n: 1 },
      methods: { onShareAppMessage: () => ({ title: 'mine', path: '/a' }) },
    })
    const content = instance(options).onShareAppMessage({ from: 'menu' })
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
    const { reach, phone } = start()
    const options = { methods: { onShareAppMessage: reach.share(() => ({ path: '/a' })) } }
    const twice = wrap(reach, wrap(reach, options))
    const { path } = instance(twice).onShareAppMessage()
    expect(path).toMatch(/^\/a\?_wxr=[\w-]{16}$/)
    await phone.clock.settle()
    expect(phone.server.events).toHaveLength(1)
  })

  it('asks for the group ticket where its settings say so', () => {
    const { reach, life } = start()
    const methods = { onShareAppMessage: () => ({}) }
    instance(wrap(reach, { methods }, { groupTicket: true })).onShow!()
    expect(life.wx.calls.map(({ name }) => name)).toEqual(['updateShareMenu'])
  })
})
