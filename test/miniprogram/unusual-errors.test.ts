import { describe, expect, it } from '@jest/globals'
import { install } from '../../miniprogram/client/install'
import { scene } from '../../miniprogram/client/scene'
import { timeline, type TimelineContent } from '../../miniprogram/client/timeline'
import { launchApp, start, submit } from '../support/phone/start'

const thrower = (name: string) => ({
  get [name](): unknown {
    throw new Error('getter')
  },
})

/** Values that a promise may reject with; some cannot become text. */
const unusual: [string, unknown][] = [
  ['nothing', undefined],
  ['null', null],
  ['an object without prototype', Object.create(null)],
  ['a symbol', Symbol('unusual')],
  ['an errMsg that throws', thrower('errMsg')],
  ['a retryAfterMs that throws', thrower('retryAfterMs')],
  ['a retryAfterMs that is a symbol', { errMsg: 'unusual', retryAfterMs: Symbol('unusual') }],
  ['an errMsg without text', { errMsg: Object.create(null) }],
]

describe.each(unusual)('%s, where an error is expected,', (_, error) => {
  it('from the app’s own session does not end delivery', async () => {
    const attempts = [() => Promise.reject(error), () => Promise.resolve('own-token')]
    const session = () =>
      (attempts.length > 1 ? attempts.shift()! : attempts[0]!)() as Promise<string>
    const { reach, phone } = start({ session })
    submit(reach, 'f1')
    await expect(reach.flush()).resolves.toBeUndefined()
    await phone.clock.advance(10_000)
    expect(phone.server.events).toMatchObject([{ formId: 'f1' }])
  })

  it('from wx.login does not end delivery', async () => {
    const { reach, phone, life } = start()
    const { login } = life.platform
    life.platform.login = ({ fail }) => {
      life.platform.login = login!
      fail!(error as never)
    }
    submit(reach, 'f1')
    await reach.flush()
    await phone.clock.advance(10_000)
    expect(phone.server.events).toMatchObject([{ formId: 'f1' }])
  })

  it('from the question for a group costs the group alone', async () => {
    const launch = { path: 'a', query: {}, scene: 1044, shareTicket: 't1' }
    const running = start({ launch })
    const fail = (options: { fail?(error: never): void }) => options.fail!(error as never)
    running.life.platform.getGroupEnterInfo = fail
    running.life.platform.getShareInfo = fail
    launchApp(running)
    await running.phone.clock.advance(10_000)
    expect(running.phone.server.events).toMatchObject([
      { group: { unavailable: expect.any(String) } },
    ])
  })

  it('from a listener or from storage is not thrown at the page', () => {
    const launch = { path: 'a', query: { _wxr: 'abcdefgh' }, scene: 1007 }
    const running = start({ launch })
    launchApp(running)
    const listener = () => {
      throw error
    }
    expect(() => running.reach.onArrival(listener)).not.toThrow()
    running.life.platform.setStorageSync = listener
    expect(() => submit(running.reach, 'f1')).not.toThrow()
    expect(running.reach.inspect().queued).toHaveLength(2)
  })

  it('in place of consent, or out of a global, is not thrown at the app', () => {
    expect(() => start({ consent: error as never })).not.toThrow()
    const { reach } = start()
    const set = () => {
      throw error
    }
    const globals = { get: () => () => undefined, set, hasApp: () => false }
    expect(install(reach, globals).ok).toBe(false)
  })
})

describe('content for the timeline that cannot be used', () => {
  it.each([
    ['a query that is a symbol', { query: Symbol('unusual') }],
    ['a getter that throws', thrower('title')],
  ])('(%s) goes to the platform as it is', (_, content) => {
    const { reach, life } = start()
    const handler = timeline(reach, () => content as TimelineContent)
    expect(handler.call({ route: 'a' })).toBe(content)
    expect(life.warnings).toEqual([expect.stringContaining('#failed')])
  })
})

describe('a page without options', () => {
  it('has no scene: the code of the error says so', async () => {
    await expect(scene(start().reach, null)).rejects.toMatchObject({ code: 'scene_missing' })
  })

  it('does not sign in in single-page mode', async () => {
    const { reach, life, phone } = start({ launch: { path: 'a', query: {}, scene: 1154 } })
    const app = reach.app({}) as unknown as { onShow(): void }
    app.onShow()
    submit(reach, 'f1')
    await phone.clock.settle()
    expect(phone.network.requests).toEqual([])
    expect(life.wx.calls).toEqual([])
  })
})

describe('a server that reports every session as stale', () => {
  it('is not asked for ever by a phone whose storage refuses writes', async () => {
    const launch = { path: 'a', query: {}, scene: 1044, shareTicket: 't1' }
    const running = start({ launch })
    running.phone.server.judge = () => ({ status: 'retry', reason: 'session_stale' })
    launchApp(running)
    running.life.platform.setStorageSync = () => {
      throw new Error('setStorageSync:fail')
    }
    await running.phone.clock.advance(1000)
    expect(running.phone.network.bodies('/v1/events').length).toBeLessThan(8)
  })

  it('does not keep what was put off when hidden from being sent at the next show', async () => {
    const { reach, life, phone } = start()
    launchApp({ reach, life, phone })
    phone.server.judge = () => ({ status: 'retry', reason: 'rate_limited' })
    submit(reach, 'f0')
    life.hide()
    await phone.clock.settle()
    phone.server.judge = () => undefined
    life.show()
    await phone.clock.settle()
    expect(phone.server.events).toMatchObject([{ formId: 'f0' }])
  })
})
