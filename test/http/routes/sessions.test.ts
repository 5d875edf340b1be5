import { createCipheriv } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/sessions.ts'
import { userDataDepth } from '../../../server/rules/sessions.ts'
import { day, hour, minute } from '../../../server/rules/time.ts'
import type { DecryptReply, EndSessionsReply, SessionReply } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { officialSample } from '../../support/server/official-sample.ts'
import type { GroupData } from '../../support/server/phone.ts'
import { envelope } from '../../support/server/samples.ts'
import { sessionKeyOf } from '../../support/server/platform-calls.ts'
import { expectShape } from '../../support/server/shape.ts'
import { app, startMs, startReach, type StartedReach } from '../../support/server/start-reach.ts'
import { usePhone, useReach } from '../../support/server/use-reach.ts'

describe('POST /v1/session', () => {
  const { appId } = app
  const server = useReach()

  async function code(openId = 'alice-0001'): Promise<string> {
    await server.sandbox('POST /sandbox/users', { body: { openId } })
    const { body } = await server.sandbox<{ code: string }>('POST /sandbox/login-codes', {
      body: { openId },
    })
    return body.code
  }
  const signIn = (body: object) =>
    server.ask<SessionReply>('POST /v1/session', { token: null, body })
  const handOver = (body: object) => server.ask<SessionReply>('POST /v1/sessions', { body })
  const fault = (effect: object) =>
    server.sandbox('POST /sandbox/faults', { body: { path: '/sns/jscode2session', ...effect } })
  const works = async (token: string) => {
    const events = [{ id: 'event-0001', at: 0, type: 'form.submitted', formId: 'f-1', page: 'a' }]
    return (
      (await server.ask('POST /v1/events', { token, body: { sentAt: 0, events } })).status === 200
    )
  }

  describe('signing in', () => {
    it('gives a token for thirty days, and nothing else', async () => {
      const answer = await signIn({
        appId,
        code: await code(),
        wechatVersion: '6.5.2',
        mood: 'good',
      })
      expect(answer.status).toBe(201)
      expectShape(schemas.sessionReply, answer.body)
      expect(answer.body).toEqual({
        token: expect.stringMatching(/^[\w-]{43}$/),
        expiresAt: new Date(startMs + 30 * day).toISOString(),
      })
      expect(await works(answer.body.token)).toBe(true)
    })

    it('uses up the code: a second time it is rejected, without the words of WeChat', async () => {
      const once = await code()
      await signIn({ appId, code: once })
      const again = await signIn({ appId, code: once })
      expectProblem(again, 400, 'code_rejected')
      expect(again.body).toMatchObject({ wechat: { errcode: 40163, meaning: 'code_used' } })
      expect(again.text).not.toContain('code been used')
    })

    it.each([
      ['an invented code', 'no-such-code', 40029],
      ['markup', '<script>', 40029],
    ])('with %s is rejected', async (_, invented, errcode) => {
      const answer = await signIn({ appId, code: invented })
      expectProblem(answer, 400, 'code_rejected')
      expect(answer.body).toMatchObject({ wechat: { errcode } })
    })

    it.each([
      ['is busy', { errcode: -1 }, 503, 'wechat_busy'],
      ['has lost its mind', { status: 500 }, 503, 'wechat_unreachable'],
      ['hangs up', { hangUp: true }, 503, 'wechat_unreachable'],
      ['refuses the secret', { errcode: 40125 }, 502, 'wechat_credentials'],
      ['counts too many', { errcode: 45011 }, 503, 'wechat_busy'],
    ] as const)('is a problem when WeChat %s', async (_, effect, status, word) => {
      await fault(effect)
      const answer = await signIn({ appId, code: await code() })
      expectProblem(answer, status, word)
      expect(answer.headers.get('Retry-After')).toBe(status === 503 ? '5' : null)
    })
  })

  describe('a session that a backend creates', () => {
    it('can be created from a code', async () => {
      const answer = await handOver({ code: await code() })
      expect(answer.status).toBe(201)
      expectShape(schemas.sessionReply, answer.body)
      expect(await works(answer.body.token)).toBe(true)
    })

    it('can be created from an openId and its session_key, without a call of WeChat', async () => {
      const sessionKey = Buffer.alloc(16, 7).toString('base64')
      const answer = await handOver({ openId: 'carol-0001', sessionKey })
      expect(answer.status).toBe(201)
      expectShape(schemas.sessionReply, answer.body)
      expect(await works(answer.body.token)).toBe(true)
      expect((await server.sandbox('GET /sandbox/calls')).body).toEqual({ calls: [] })
    })

    it('is refused with the code that a phone has used', async () => {
      const once = await code()
      await signIn({ appId, code: once })
      expectProblem(await handOver({ code: once }), 400, 'code_rejected')
    })
  })
})

describe('ending sessions', () => {
  const second = { ...app, appId: 'wxfedcba9876543210' }
  const limited = { key: 'a-key-that-may-not', scopes: ['admin' as const] }
  const server = useReach({ apps: [app, second], apiKeys: [limited] })
  const alice = usePhone(server)

  const end = (body: object, appId = app.appId) =>
    server.ask<EndSessionsReply>(`DELETE /v1/sessions?appId=${appId}`, { body })
  const statusOf = async (token: string) =>
    (await server.ask('POST /v1/events', { token, body: envelope })).status

  it('of a user signs all phones of this user out, and no other', async () => {
    const tablet = await server.phone('alice-0001')
    const bob = await server.phone('bob-0001')
    const answer = await end({ openId: 'alice-0001' })
    expect(answer).toMatchObject({ status: 200, body: { ended: 2 } })
    expectShape(schemas.endSessionsReply, answer.body)
    const tokens = [alice, tablet, bob].map(({ token }) => statusOf(token))
    expect(await Promise.all(tokens)).toEqual([401, 401, 200])
    expect((await end({ openId: 'alice-0001' })).body).toEqual({ ended: 0 })
  })

  it('of one token leaves the others of the user', async () => {
    const tablet = await server.phone('alice-0001')
    expect((await end({ token: tablet.token })).body).toEqual({ ended: 1 })
    expect(await statusOf(tablet.token)).toBe(401)
    expect(await statusOf(alice.token)).toBe(200)
  })

  it('ends nothing of another app', async () => {
    expect((await end({ openId: 'alice-0001' }, second.appId)).body).toEqual({ ended: 0 })
    expect((await end({ token: alice.token }, second.appId)).body).toEqual({ ended: 0 })
    expect(await statusOf(alice.token)).toBe(200)
  })

  it('requires the scope session, and one of openId and token', async () => {
    const at = `DELETE /v1/sessions?appId=${app.appId}`
    const body = { openId: 'alice-0001' }
    expectProblem(await server.ask(at, { token: limited.key, body }), 403, 'forbidden')
    expectProblem(await end({}), 400, 'invalid_body', '/openId')
    expectProblem(await end({ ...body, token: alice.token }), 400, 'invalid_body', '/openId')
    expect(await statusOf(alice.token)).toBe(200)
  })

  it('is what a phone does with its own: the session of another phone stays', async () => {
    const tablet = await server.phone('alice-0001')
    const own = () => server.ask('DELETE /v1/session', { token: tablet.token })
    expect(await own()).toMatchObject({ status: 204, text: '' })
    expectProblem(await own(), 401, 'unauthorized')
    expect(await statusOf(alice.token)).toBe(200)
  })
})

describe('POST /v1/decrypt', () => {
  const server = useReach()
  const bob = usePhone(server, 'bob-0001')
  let data: GroupData
  beforeEach(async () => {
    data = await bob.groupData('family')
  })

  const decrypt = (change: object = {}, at = server) => {
    const { encryptedData, iv } = data
    const body = { openId: 'bob-0001', encryptedData, iv, ...change }
    return at.ask<DecryptReply>('POST /v1/decrypt', { body })
  }

  describe('user data', () => {
    it('is decrypted with the key of the sign-in', async () => {
      expect(await decrypt()).toMatchObject({
        status: 200,
        body: {
          openGId: data.openGId,
          watermark: { appid: app.appId, timestamp: startMs / 1_000 },
        },
      })
    })

    it('is decrypted with the key of an earlier sign-in', async () => {
      await bob.signIn()
      expect((await decrypt()).status).toBe(200)
    })

    it('is not decrypted 72 hours after its key was replaced', async () => {
      server.clock.advance(72 * hour)
      await bob.signIn()
      server.clock.advance(72 * hour)
      expect((await decrypt()).status).toBe(200)
      server.clock.advance(1)
      expectProblem(await decrypt(), 422, 'undecryptable')
    })

    it.each([
      ['of a user who never signed in', { openId: 'nobody-001' }, 'session_key_missing'],
      ['that is not base64', { encryptedData: 'not base64' }, 'bad_base64'],
      ['without a byte', { encryptedData: '====' }, 'bad_base64'],
      ['whose iv is cut off', { iv: 'AAAAAAAAAAAAAAAA' }, 'bad_iv'],
      ['with a NUL in its iv', { iv: 'AAAA\u0000' }, 'bad_base64'],
      [
        'of another key',
        { encryptedData: Buffer.alloc(64, 1).toString('base64') },
        'undecryptable',
      ],
      ['that is half a block', { encryptedData: 'AAAA' }, 'undecryptable'],
    ] as const)('%s is refused by name', async (_, change, code) => {
      expectProblem(await decrypt(change), 422, code)
      expect((await decrypt()).status).toBe(200)
    })

    it('that a phone nested too deep for a reply is refused by name', async () => {
      const sessionKey = Buffer.from(await sessionKeyOf(server, 'bob-0001'), 'base64')
      const made = (levels: number) => {
        const watermark = JSON.stringify({ appid: app.appId, timestamp: startMs / 1_000 })
        const nested = '['.repeat(levels - 1) + ']'.repeat(levels - 1)
        const cipher = createCipheriv('aes-128-cbc', sessionKey, Buffer.alloc(16))
        const parts = [cipher.update(`{"watermark":${watermark},"a":${nested}}`), cipher.final()]
        const encryptedData = Buffer.concat(parts).toString('base64')
        return decrypt({ encryptedData, iv: Buffer.alloc(16).toString('base64') })
      }
      expect((await made(userDataDepth)).status).toBe(200)
      for (const levels of [userDataDepth + 1, 20_000]) {
        expectProblem(await made(levels), 422, 'undecryptable')
      }
    })

    it.each([
      ['refused when it was made more than five minutes from now', 5 * minute + 1_000, 422],
      ['taken when it was made in five minutes', 5 * minute, 200],
    ])('is %s', async (_, behindMs, status) => {
      const behind = await startReach({ nowMs: startMs - behindMs })
      const body = { openId: 'bob-0001', sessionKey: await sessionKeyOf(server, 'bob-0001') }
      await behind.ask('POST /v1/sessions', { body })
      expect((await decrypt({}, behind)).status).toBe(status)
      await behind.close()
    })
  })

  describe("the platform's own sample", () => {
    const { appId, openId, sessionKey, unionId, madeAtMs, ...sealed } = officialSample
    let theirs: StartedReach
    beforeEach(async () => {
      theirs = await startReach({ apps: [{ ...app, appId }], nowMs: madeAtMs })
      await theirs.ask('POST /v1/sessions', { body: { openId, sessionKey } })
    })
    afterEach(() => theirs.close())

    it('is decrypted', async () => {
      const { body } = await decrypt({ openId, ...sealed }, theirs)
      expect(body).toMatchObject({ openId, unionId, watermark: { appid: appId } })
    })

    it('is refused with one byte flipped', async () => {
      const bytes = Buffer.from(sealed.encryptedData, 'base64')
      bytes[bytes.length - 20]! ^= 1
      const encryptedData = bytes.toString('base64')
      const answer = await decrypt({ openId, ...sealed, encryptedData }, theirs)
      expectProblem(answer, 422, 'undecryptable')
    })

    it('is refused for another app', async () => {
      await server.ask('POST /v1/sessions', { body: { openId, sessionKey } })
      expectProblem(await decrypt({ openId, ...sealed }, server), 422, 'foreign_watermark')
    })
  })
})
