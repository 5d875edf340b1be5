import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/sessions.ts'
import type { SessionReply } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { expectShape } from '../../support/server/shape.ts'
import { app, startMs, startReach } from '../../support/server/start-reach.ts'
import { day } from '../../../server/rules/time.ts'
import type { StartedReach } from '../../support/server/start-reach.ts'

const { appId } = app
let server: StartedReach
beforeEach(async () => {
  server = await startReach()
})
afterEach(() => server.close())

async function code(openId = 'alice-0001'): Promise<string> {
  await server.sandbox('POST /sandbox/users', { body: { openId } })
  const { body } = await server.sandbox<{ code: string }>('POST /sandbox/login-codes', {
    body: { openId },
  })
  return body.code
}
const signIn = (body: object) => server.ask<SessionReply>('POST /v1/session', { token: null, body })
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
    const answer = await signIn({ appId, code: await code(), wechatVersion: '6.5.2', mood: 'good' })
    expect(answer.status).toBe(201)
    expectShape(schemas.sessionReply, answer.body)
    expect(answer.body).toEqual({
      token: expect.stringMatching(/^[\w-]{43}$/),
      expiresAt: new Date(startMs + 30 * day).toISOString(),
    })
    expect(await works(answer.body.token)).toBe(true)
  })

  it('uses up the code: once more it is rejected, in the words of WeChat', async () => {
    const once = await code()
    await signIn({ appId, code: once })
    const again = await signIn({ appId, code: once })
    expectProblem(again, 400, 'code_rejected')
    expect(again.body).toMatchObject({ wechat: { errcode: 40163, errmsg: 'code been used' } })
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

describe('a session that a backend hands over', () => {
  it('comes from a code', async () => {
    const answer = await handOver({ code: await code() })
    expect(answer.status).toBe(201)
    expectShape(schemas.sessionReply, answer.body)
    expect(await works(answer.body.token)).toBe(true)
  })

  it('comes from an openId and its session_key, and asks WeChat nothing', async () => {
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
