/** WeChat takes calls and never answers: sign-ins hold few sockets, and the rest goes on. */
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import type { Message } from '../../../shared/wire/index.ts'
import { callBounds } from '../../../server/rules/wechat-calls.ts'
import { createScriptedServer, hang, json } from '../../support/scripted-server.ts'
import type { ScriptedServer } from '../../support/scripted-server.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { app, startReach, type StartedReach } from '../../support/server/start-reach.ts'

let platform: ScriptedServer
let server: StartedReach
beforeEach(async () => {
  platform = await createScriptedServer()
  platform.on('/cgi-bin/token', json({ access_token: 'token-of-the-platform', expires_in: 7200 }))
  server = await startReach({
    trustedProxies: 1,
    settings: { apiBase: platform.base, wechatCalls: { signIn: 3 } },
  })
})
afterEach(async () => {
  await platform.close()
  await server.close()
})

it('holds as many calls as are allowed, and asks the others to come back', async () => {
  platform.on('/sns/jscode2session', hang)
  const body = { appId: app.appId, code: 'code-of-wx-login' }
  const signIn = (index: number) =>
    server.ask('POST /v1/session', {
      token: null,
      body,
      headers: { 'X-Forwarded-For': `10.0.0.${index}` },
    })
  const all = Array.from({ length: 40 }, (_, index) => signIn(index))
  await platform.called('/sns/jscode2session', 3)
  await server.monotonic.waitedFor(callBounds.maxWaitMs, 3 * callBounds.waitingPerCall)
  server.monotonic.advance(callBounds.maxWaitMs)
  // All but the three that WeChat keeps waiting.
  const answers = await firstOf(all, 37)
  for (const answer of answers) {
    expectProblem(answer, 503, 'wechat_unreachable')
    expect(answer.headers.get('Retry-After')).toBe('5')
    expect(answer.text).toMatch('WeChat answers too slowly')
  }
  expect(platform.calls).toHaveLength(3)

  platform.on('/cgi-bin/message/wxopen/template/send', json({ errcode: 0, msgid: 1 }))
  const openId = 'alice-0001'
  await server.ask('POST /v1/credits/payment', { body: { openId, prepayId: 'wx2018060100' } })
  const message = await server.ask<Message>('POST /v1/messages', {
    body: { channel: 'template', openId, templateId: 'template-1' },
    headers: { 'Idempotency-Key': 'key-1' },
  })
  expect(message.body.state).toBe('sent')
})

/** The first that resolve. */
function firstOf<Result>(all: readonly Promise<Result>[], many: number): Promise<Result[]> {
  const results: Result[] = []
  return new Promise((resolve) => {
    for (const one of all) {
      void one.then((result) => {
        results.push(result)
        if (results.length === many) resolve(results)
      })
    }
  })
}
