/**
 * Fifty concurrent sends without a cached access_token: how often the token is requested, and how
 * many sends fail.
 *
 *   npm run bench -- token
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createReachServer } from '../server/reach-server.ts'
import { listen } from '../server/runtime/listen.ts'
import { table, turns } from './compare.ts'
import { apiKey, app, world } from './server.ts'

const sends = 50

/** A platform that needs 200 ms to issue a token, as the real one does. */
async function platform() {
  const calls = { token: 0, send: 0 }
  const server = createServer((request, response) => {
    request.resume()
    const isToken = /^\/cgi-bin\/(stable_)?token/.test(request.url ?? '')
    calls[isToken ? 'token' : 'send'] += 1
    const reply = isToken
      ? { access_token: 'a'.repeat(136), expires_in: 7200 }
      : { errcode: 0, errmsg: 'ok' }
    setTimeout(() => response.end(JSON.stringify(reply)), isToken ? 200 : 5)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { calls, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}

async function measure() {
  const wechat = await platform()
  const reach = createReachServer(
    {
      apps: [app],
      apiBase: wechat.url,
      apiKeys: [{ key: apiKey, scopes: ['send'] }],
      secretKeys: [world.random(32)],
      database: { engine: 'sqlite', path: ':memory:' },
      trustedProxies: 0,
      timeZone: 'Asia/Shanghai',
    },
    world,
  )
  const listening = await listen(reach.createApp().callback(), { port: 0, host: '127.0.0.1' })
  const post = async (path: string, key: string, body: object) => {
    const headers = { Authorization: `Bearer ${apiKey}`, 'Idempotency-Key': key }
    const request = { method: 'POST', headers, body: JSON.stringify(body) }
    return (await fetch(listening.url + path, request)).json() as Promise<{ state?: string }>
  }
  const users = Array.from({ length: sends }, (_, n) => `user-${n}`)
  const prepayId = 'wx201410272009395522657a690389285100'
  await Promise.all(
    users.map((openId) => post('/v1/credits/payment', openId, { openId, prepayId })),
  )
  const replies = await Promise.all(
    users.map((openId) =>
      post('/v1/messages', openId, { channel: 'template', openId, templateId: 'T' }),
    ),
  )
  await listening.close(1_000)
  await reach.close()
  wechat.server.close()
  return {
    token: wechat.calls.token,
    failed: replies.filter(({ state }) => state !== 'sent').length,
  }
}

const rows: { token: number; failed: number }[] = []
for (let turn = 0; turn < turns; turn += 1) rows.push(await measure())
table(
  [`${sends} sends at once, no token`, 'token calls', 'failures'],
  [
    ...rows.map(({ token, failed }, turn) => [`turn ${turn + 1}`, token, failed]),
    ['at most', 1, 0],
  ],
)
