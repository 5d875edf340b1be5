/** WeChat's words about a refusal, which may hold anything: who reads how much of them. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { Message } from '../../../shared/wire/index.ts'
import { createScriptedServer, json, type ScriptedServer } from '../../support/scripted-server.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { app, startReach, type StartedReach } from '../../support/server/start-reach.ts'

let platform: ScriptedServer
let server: StartedReach
beforeEach(async () => {
  platform = await createScriptedServer()
  platform.on('/cgi-bin/token', json({ access_token: token, expires_in: 7200 }))
  server = await startReach({ settings: { apiBase: platform.base } })
})
afterEach(async () => {
  await server.close()
  await platform.close()
})

/** Too short to be told from other words: only the call that carries one can know it. */
const [token, code, openId] = ['57_short-token', 'code-of-wx-login', 'alice-0001']
/** As WeChat makes them: a session_key, an openId and an AppSecret. */
const foreign = ['tiihtNczf5v6AKRyjwEUhQ==', 'oGZUI0egBJY1zhBYw2KhdUfwVJJE', 'f'.repeat(32)]

/** A refusal that says secrets back, in 200 KB. */
function refusal(errcode: number, ...own: string[]) {
  const secrets = [app.secret, ...own, ...foreign].join(' ')
  return json({ errcode, errmsg: `refused, ${rid} ${secrets} ${'哦 '.repeat(50_000)}` })
}
const rid = 'rid: 5f8d0d5c-1a2b3c4d-5e6f7a8b'

function expectNoSecret(text: string, ...own: string[]) {
  const secrets = [app.secret, ...own, ...foreign]
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
}

describe('the words of WeChat', () => {
  it('do not reach a phone that signs in', async () => {
    platform.on('/sns/jscode2session', refusal(40029, code))
    const body = { appId: app.appId, code }
    const answer = await server.ask('POST /v1/session', { token: null, body })
    expectProblem(answer, 400, 'code_rejected')
    expect(answer.body.wechat).toEqual({ errcode: 40029, meaning: 'code_invalid' })
    expect(answer.text.length).toBeLessThan(500)
  })

  it.each([
    ['who signs a phone in', 'POST /v1/sessions', '/sns/jscode2session', { code }, code],
    ['who lists templates', 'GET /v1/templates', '/cgi-bin/wxopen/template/list', undefined, token],
    ['who asks for a token', 'GET /v1/access-token', '/cgi-bin/token', undefined, app.secret],
    [
      'who sets the typing state',
      'POST /v1/typing',
      '/cgi-bin/message/custom/typing',
      { openId, typing: true },
      openId,
    ],
  ])('reach an operator %s, cut and without secrets', async (_, at, path, body, own) => {
    platform.on(path, refusal(40013, own))
    const answer = await server.ask(at, body && { body })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    const { errmsg = '' } = answer.body.wechat ?? {}
    expect(errmsg).toMatch(`refused, ${rid} [cut] [cut]`)
    expect(errmsg).toHaveLength(256)
    expectNoSecret(answer.text, own)
    expectNoSecret(server.lines.join('\n'), own)
  })

  it('are stored with a message in the same way', async () => {
    platform.on('/cgi-bin/message/wxopen/template/send', refusal(40037, openId, token))
    await server.ask('POST /v1/credits/payment', { body: { openId, prepayId: 'wx2018060100' } })
    const body = { channel: 'template', openId, templateId: 'template-1' }
    const sent = await server.ask<Message>('POST /v1/messages', {
      body,
      headers: { 'Idempotency-Key': 'key-1' },
    })
    const found = await server.ask<Message>(`GET /v1/messages/${sent.body.id}`)
    for (const { reason } of [sent.body, found.body]) {
      expect(reason?.code).toBe('template_unknown')
      expect(reason?.wechat?.errmsg).toHaveLength(256)
      expectNoSecret(JSON.stringify(reason), openId, token)
    }
    expectNoSecret(server.lines.join('\n'), openId, token)
  })

  it.each([
    ['an object that has no text', '{"toString":1,"valueOf":1}'],
    ['a list of lists', '['.repeat(20_000) + ']'.repeat(20_000)],
    ['null', 'null'],
  ])('are left out where they are %s', async (_, words) => {
    platform.on('/sns/jscode2session', (response) => {
      response.end(`{"errcode":40029,"errmsg":${words}}`)
    })
    const answer = await server.ask('POST /v1/sessions', { body: { code } })
    expectProblem(answer, 400, 'code_rejected')
    expect(answer.body.wechat).toEqual({ errcode: 40029, meaning: 'code_invalid' })
  })
})
