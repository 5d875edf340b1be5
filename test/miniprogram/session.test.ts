import { describe, expect, it } from '@jest/globals'
import { internalsOf } from '../../miniprogram/client/internals'
import { start, submit } from '../support/phone/start'

const logins = ({ life }: ReturnType<typeof start>) =>
  life.wx.calls.filter(({ name }) => name === 'login').length

describe('signing in', () => {
  it('happens once for many callers, and sends app and versions', async () => {
    const running = start()
    submit(running.reach, 'f1')
    await Promise.all([running.reach.flush(), running.reach.flush()])
    expect(logins(running)).toBe(1)
    expect(running.phone.network.bodies('/v1/session')).toEqual([
      {
        appId: 'wx0123456789abcdef',
        code: expect.any(String),
        wechatVersion: '8.0.50',
        sdkVersion: '3.5.0',
      },
    ])
  })

  it('is remembered in the next life', async () => {
    const first = start()
    submit(first.reach, 'f1')
    await first.phone.clock.settle()
    first.life.kill()
    const second = start({ phone: first.phone })
    submit(second.reach, 'f2')
    await second.phone.clock.settle()
    expect(logins(second)).toBe(0)
    expect(second.phone.server.events).toHaveLength(2)
  })

  it('is never shown to another server', async () => {
    const first = start()
    submit(first.reach, 'f1')
    await first.phone.clock.settle()
    first.life.kill()
    const second = start({ phone: first.phone, baseUrl: 'https://other.test' })
    submit(second.reach, 'f2')
    await second.phone.clock.settle()
    expect(second.phone.network.requests.map(({ path, token }) => [path, token])).toEqual([
      ['/v1/session', undefined],
      ['/v1/events', 'token-1'],
      ['/v1/session', undefined],
      ['/v1/events', 'token-2'],
    ])
  })

  it('is done again after a 401, once, and the events go out [case 31]', async () => {
    const running = start()
    submit(running.reach, 'f1')
    await running.phone.clock.settle()
    running.phone.server.forgetTokens()
    submit(running.reach, 'f2')
    await running.phone.clock.settle()
    expect(running.phone.server.events).toHaveLength(2)
    expect(logins(running)).toBe(2)
  })

  it('is not repeated within one attempt after a second 401 [case 31]', async () => {
    const running = start()
    running.phone.network.reply = (request) =>
      request.path === '/v1/events' ? { status: 401 } : running.phone.server.reply(request)
    submit(running.reach, 'f1')
    await running.phone.clock.settle()
    expect(logins(running)).toBe(2)
    expect(running.phone.network.bodies('/v1/events')).toHaveLength(2)
    expect(running.reach.inspect().queued).toHaveLength(1)
  })

  it('uses the newer token of another copy instead of dropping it', async () => {
    const one = start()
    const two = start({ phone: one.phone })
    submit(one.reach, 'f1')
    await one.phone.clock.settle()
    one.phone.server.forgetTokens()
    submit(two.reach, 'f2')
    await one.phone.clock.settle()
    submit(one.reach, 'f3')
    await one.phone.clock.settle()
    expect(logins(one) + logins(two)).toBe(2)
    expect(one.phone.server.events).toHaveLength(3)
  })

  it('does not drop the newer token when a reply to the old one comes late', async () => {
    const one = start()
    const two = start({ phone: one.phone })
    const { network, server, clock } = one.phone
    submit(one.reach, 'f1')
    await clock.settle()
    let release = () => {}
    network.reply = (request) => {
      network.reply = (later) => server.reply(later)
      return new Promise((resolve) => {
        release = () => resolve(server.reply(request))
      })
    }
    submit(one.reach, 'f2')
    await clock.settle()
    server.forgetTokens()
    submit(two.reach, 'f3')
    await clock.settle()
    release()
    await clock.settle()
    expect(logins(one) + logins(two)).toBe(2)
    expect(server.events).toHaveLength(3)
  })

  it('takes a new code for every attempt, and waits as long as the server asks', async () => {
    const running = start()
    let refused = 1
    running.phone.network.reply = (request) =>
      request.path === '/v1/session' && refused-- > 0
        ? { status: 429, body: {}, header: { 'Retry-After': '60' } }
        : running.phone.server.reply(request)
    submit(running.reach, 'f1')
    await running.phone.clock.advance(59_999)
    expect(logins(running)).toBe(1)
    await running.phone.clock.advance(1)
    const codes = running.phone.network.bodies('/v1/session').map(({ code }) => code)
    expect(new Set(codes).size).toBe(2)
    expect(running.phone.server.events).toHaveLength(1)
  })

  it('is not repeated for every batch where storage cannot keep the token [case 33]', async () => {
    const running = start()
    running.phone.storage.limitTo(0)
    for (const formId of ['f1', 'f2', 'f3']) {
      submit(running.reach, formId)
      await running.phone.clock.settle()
    }
    expect(running.phone.server.events).toHaveLength(3)
    expect(logins(running)).toBe(1)
    running.phone.server.forgetTokens()
    submit(running.reach, 'f4')
    await running.phone.clock.settle()
    expect(running.phone.server.events).toHaveLength(4)
    expect(logins(running)).toBe(2)
  })

  it('does not hang with wx.login', async () => {
    const running = start()
    running.life.wx.results.login = () => 'hang'
    submit(running.reach, 'f1')
    await running.phone.clock.settle()
    delete running.life.wx.results.login
    await running.phone.clock.advance(12_000)
    expect(running.phone.server.events).toHaveLength(1)
  })

  it('warns the developer where the appId is unknown', async () => {
    const running = start({ without: ['getAccountInfoSync'] })
    submit(running.reach, 'f1')
    await running.phone.clock.settle()
    expect(running.life.warnings[0]).toContain('app_id_missing')
    expect(running.reach.inspect().queued).toHaveLength(1)
  })
})

describe('a session', () => {
  it('shares one sign-in among all who ask meanwhile [case 31]', async () => {
    const { life, reach } = start()
    const { session } = internalsOf(reach)
    const tokens = await Promise.all([session.token(), session.token(), session.token()])
    expect(tokens).toEqual(['token-1', 'token-1', 'token-1'])
    expect(life.wx.calls).toHaveLength(1)
  })
})

describe('an app with its own sign-in', () => {
  it('never sees wx.login called, and is asked before every attempt [case 38]', async () => {
    let asked = 0
    const running = start({
      session: async () => {
        asked++
        return 'own-token'
      },
    })
    submit(running.reach, 'f1')
    await running.phone.clock.settle()
    submit(running.reach, 'f2')
    await running.phone.clock.settle()
    expect(logins(running)).toBe(0)
    expect(asked).toBe(2)
    expect(running.phone.server.events).toHaveLength(2)
    expect(JSON.stringify(running.phone.storage.get('wx-reach:1'))).not.toContain('own-token')
  })

  it('is not tried a second time with the token that was just refused', async () => {
    const running = start({ session: async () => 'old' })
    submit(running.reach, 'f1')
    await running.phone.clock.settle()
    expect(running.phone.network.requests).toHaveLength(1)
  })

  it('gets one more attempt with a new token, and loses no event [case 38]', async () => {
    const tokens = ['old', 'own-token']
    const running = start({
      session: () => {
        const token = tokens.shift()
        return token ? Promise.resolve(token) : Promise.reject(new Error('signed out'))
      },
    })
    submit(running.reach, 'f1')
    await running.phone.clock.settle()
    expect(running.phone.server.events).toHaveLength(1)
    submit(running.reach, 'f2')
    await running.phone.clock.settle()
    expect(running.reach.inspect().queued).toHaveLength(1)
  })

  it.each([[undefined], [null], [''], [7], [{ token: 'own-token' }]])(
    'that gives %j for a token is told so, and nothing is sent with it [case 38]',
    async (token) => {
      const running = start({ session: async () => token as never })
      submit(running.reach, 'f1')
      await running.phone.clock.settle()
      expect(running.phone.network.requests).toEqual([])
      expect(running.life.warnings).toEqual([
        expect.stringContaining(`sign_in_failed (Error: session() gave ${token})`),
      ])
      expect(running.reach.inspect().queued).toHaveLength(1)
    },
  )
})
