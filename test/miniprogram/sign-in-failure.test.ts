import { describe, expect, it } from '@jest/globals'
import type { Platform } from '../../miniprogram/client/platform'
import { start, submit, type StartOptions } from '../support/phone/start'

const words = (text: string) => `wx-reach: docs/client-notices.md#${text}`

/** After a capture, and long enough for any time-out. */
async function captured(options: StartOptions, change: (platform: Platform) => void = () => {}) {
  const running = start(options)
  change(running.life.platform)
  submit(running.reach, 'f1')
  await running.phone.clock.advance(11_000)
  return running
}

describe('a sign-in that fails', () => {
  it.each<[string, StartOptions, (platform: Platform) => void, string]>([
    [
      'the app’s own says no',
      { session: () => Promise.reject(new Error('signed out')) },
      () => {},
      'sign_in_failed (Error: signed out)',
    ],
    [
      'the app’s own throws',
      {
        session: () => {
          throw new Error('a bug')
        },
      },
      () => {},
      'sign_in_failed (Error: a bug)',
    ],
    ['the app’s own is none', { session: 'token' as never }, () => {}, 'sign_in_failed (TypeError'],
    [
      'the platform refuses',
      {},
      (platform) => {
        platform.login = ({ fail }) => fail!({ errMsg: 'login:fail invalid appid' })
      },
      'sign_in_failed (login:fail invalid appid)',
    ],
    [
      'the platform takes no such request',
      {},
      (platform) => {
        platform.request = () => {
          throw new TypeError('no url')
        }
      },
      'sign_in_failed (TypeError: no url)',
    ],
    ['there is no wx.login', { without: ['login'] }, () => {}, 'not_supported (login)'],
  ])('because %s warns the developer, and loses no event', async (_, options, change, warning) => {
    const { reach, life, phone } = await captured(options, change)
    expect(life.warnings[0]).toContain(words(warning))
    expect(reach.inspect()).toMatchObject({ queued: [{ type: 'form.submitted' }] })
    expect(reach.inspect().failures).toBeGreaterThan(0)
    expect(phone.server.events).toEqual([])
  })

  it('that the server refuses is reported with the status', async () => {
    const running = start()
    running.phone.network.reply = () => ({ status: 502 })
    submit(running.reach, 'f1')
    await running.phone.clock.settle()
    expect(running.life.warnings).toEqual([words('sign_in_failed (HTTP 502)')])
  })

  it('without a reply is reported in the platform’s words', async () => {
    const running = start()
    running.life.platform.request = ({ fail }) =>
      fail!({ errMsg: 'request:fail url not in domain list' })
    submit(running.reach, 'f1')
    await running.phone.clock.settle()
    expect(running.life.warnings).toEqual([
      words('sign_in_failed (request:fail url not in domain list)'),
    ])
  })

  it('by an own session that never resolves ends after a time-out and is retried', async () => {
    let asked = 0
    const session = () => (asked++ ? Promise.resolve('own-token') : new Promise<string>(() => {}))
    const running = start({ session })
    submit(running.reach, 'f1')
    const flushed = running.reach.flush()
    await running.phone.clock.advance(10_000)
    await flushed
    expect(running.life.warnings).toEqual([expect.stringContaining('sign_in_failed')])
    await running.phone.clock.advance(2000)
    expect(running.phone.server.events).toHaveLength(1)
  })

  it.each<[string, StartOptions, (platform: Platform) => void]>([
    [
      'getAccountInfoSync throws and the appId is given',
      { appId: 'wx0123456789abcdef' },
      (platform) => {
        platform.getAccountInfoSync = () => {
          throw new Error('no account')
        }
      },
    ],
    [
      'getAppBaseInfo throws',
      {},
      (platform) => {
        platform.getAppBaseInfo = () => {
          throw new Error('no info')
        }
      },
    ],
  ])('is none where %s', async (_, options, change) => {
    expect((await captured(options, change)).phone.server.events).toHaveLength(1)
  })

  it.each<[string, () => never]>([
    ['says nothing of the account', () => ({}) as never],
    [
      'throws',
      () => {
        throw new Error('no account')
      },
    ],
  ])('because the platform %s asks the developer for the appId', async (_, getAccount) => {
    const { life } = await captured({}, (platform) => {
      platform.getAccountInfoSync = getAccount
    })
    expect(life.warnings[0]).toBe(words('app_id_missing'))
  })
})
