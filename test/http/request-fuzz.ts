/**
 * Requests of every route, from valid to hostile, to a server whose platform replies and pushes in
 * the same way. Nothing that others write makes the server fail.
 */
import { createCipheriv } from 'node:crypto'
import { expect } from '@jest/globals'
import * as fc from 'fast-check'
import type { TSchema } from 'typebox'
import { systemRandom } from '../../server/runtime/world.ts'
import { createWechatHttp } from '../../server/wechat/http.ts'
import { createWechat } from '../../server/wechat/wechat.ts'
import type { SessionReply } from '../../shared/wire/index.ts'
import { phoneEvents } from '../fuzz/targets/events.ts'
import { pushesInJson, pushesInXml } from '../fuzz/targets/pushes.ts'
import { scenes } from '../fuzz/targets/scenes.ts'
import { callSamples } from '../fuzz/targets/wechat-calls.ts'
import { gif, jpeg, png } from '../sandbox/pictures.ts'
import { databaseSettings, type Engine } from '../support/engines.ts'
import { createFakeWorld } from '../support/fake-world.ts'
import { hostileText, jsonTokens, mutatedBytes, mutatedValue } from '../support/mutations.ts'
import { mutatedBytesOf, mutatedValueOf } from '../support/mutations.ts'
import { valuesOf } from '../support/schema-values.ts'
import { bytes, createScriptedServer, json } from '../support/scripted-server.ts'
import type { ScriptedServer } from '../support/scripted-server.ts'
import { expectProblem } from '../support/server/expect-problem.ts'
import type { Answer } from '../support/server/http-client.ts'
import { samples, type Sample } from '../support/server/samples.ts'
import { expectShape } from '../support/server/shape.ts'
import { pushToken } from '../support/server/start-pushes.ts'
import { app, startMs, startReach, type StartedReach } from '../support/server/start-reach.ts'
import { sha1 } from '../verify/push/platform.ts'

interface FuzzedRequest {
  sample: Sample
  /** With its query. */
  path: string
  headers: Record<string, string>
  body: Buffer | undefined
  /** What WeChat replies to one of its calls. */
  reply: { path: string; body: Buffer; status: number }
}

const openId = 'alice-0001'
/** As in the events of `phoneEvents`. */
const sessionKey = Buffer.alloc(16, 1)
const stamp = { timestamp: String(startMs / 1_000), nonce: '1' }
const signature = sha1(pushToken, stamp.timestamp, stamp.nonce)
const signed = String(new URLSearchParams({ ...stamp, signature }))

const jsonBytes = (value: unknown) => Buffer.from(JSON.stringify(value) ?? 'null')
const mutations = { tokens: jsonTokens, maxBytes: 65_536 }

/** Bodies of routes that no schema describes, or whose cases the schema does not tell. */
const ownBodies: Record<string, fc.Arbitrary<Buffer>> = {
  'POST /v1/events': phoneEvents.inputs as fc.Arbitrary<Buffer>,
  'POST /v1/codes': (scenes.inputs as fc.Arbitrary<{ request: unknown }>).map(({ request }) =>
    jsonBytes(request),
  ),
  'POST /v1/push/:appId': fc.oneof(pushesInXml.inputs, pushesInJson.inputs) as fc.Arbitrary<Buffer>,
  'POST /v1/media': mutatedBytes([png, jpeg, gif], { ...mutations, tokens: ['\0', '\xff'] }),
  'POST /v1/broadcasts/:id/recipients': mutatedBytes(
    [
      `{"openId":"${openId}","data":{"name":"Alice"}}\n{"openId":"b"}`,
      `openId,page\n${openId},a\n`,
    ],
    { ...mutations, tokens: ['"', ',', '\n', '\r\n', '\ufeff'] },
  ),
  'POST /v1/decrypt': mutatedBytes(
    [{ openGId: 'tGgroup-0001', watermark: { appid: app.appId, timestamp: startMs / 1_000 } }].map(
      (data) => JSON.stringify(data),
    ),
    mutations,
  ).map((plain) => {
    const iv = Buffer.alloc(16, 2)
    const cipher = createCipheriv('aes-128-cbc', sessionKey, iv)
    const encryptedData = Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64')
    return jsonBytes({ openId, encryptedData, iv: iv.toString('base64') })
  }),
}

function bodiesOf({ name, route, body }: Sample): fc.Arbitrary<Buffer | undefined> {
  const own = ownBodies[name]
  if (!route.body) return fc.constant(undefined)
  if (route.body.bytes) return own!
  const valid = fc.oneof(...route.body.schemas.map(valuesOf))
  const near = fc.oneof(mutatedValueOf(valid), mutatedValue([body!]), mutatedValue([body!]))
  return fc.oneof(
    { weight: 3, arbitrary: valid.map(jsonBytes) },
    { weight: 4, arbitrary: near.map(jsonBytes) },
    { weight: 1, arbitrary: mutatedBytesOf(near.map(jsonBytes), mutations) },
    ...(own ? [{ weight: 4, arbitrary: own }] : []),
  )
}

const escaped = (text: string) => encodeURIComponent(text.replaceAll(/\p{Cs}/gu, '\uFFFD'))
const words = fc.oneof(
  fc.constantFrom(openId, 'share-0001', 'tGgroup-0001', 'template', app.appId),
  hostileText(300),
)
/** Fetch resolves `.` and `..`, also encoded: the path would be one of another route. */
const parameters = fc.oneof(
  { weight: 9, arbitrary: words.map((word) => escaped(word).replace(/^\.{0,2}$/, '-')) },
  { weight: 1, arbitrary: fc.constantFrom('%', '%00', '%E0%A4%A', '..;') },
)

function pathsOf({ at, route }: Sample): fc.Arbitrary<string> {
  const pattern = route.path.split('/')
  const usual = at.slice(at.indexOf(' ') + 1)
  return fc.oneof(
    fc.constant(usual),
    fc
      .tuple(...pattern.map((part) => (part.startsWith(':') ? parameters : fc.constant(part))))
      .map((parts) => parts.join('/')),
  )
}

function queriesOf({ name, route }: Sample): fc.Arbitrary<string> {
  if (name.endsWith('/push/:appId')) {
    return fc.oneof(fc.constant(`?${signed}`), fc.constant(`?${signed}&echostr=5`))
  }
  const schema = route.query?.schema as TSchema & { properties?: Record<string, object> }
  const names = [...Object.keys(schema?.properties ?? {}), 'appId', 'x']
  const hostile = fc.dictionary(fc.constantFrom(...names), words, { maxKeys: 3 })
  const valid = schema ? valuesOf(schema) : fc.constant({})
  return fc.oneof(valid, valid, hostile).map((fields) => {
    const pairs = Object.entries(fields as object).map(
      ([field, value]) => `${escaped(field)}=${escaped(String(value))}`,
    )
    return pairs.length > 0 ? `?${pairs.join('&')}` : ''
  })
}

const header = hostileText(300).map((text) => text.replaceAll(/[^\x20-\x7e]/g, '').trim())

function requestsOf(sample: Sample, calls: readonly PlatformCall[]): fc.Arbitrary<FuzzedRequest> {
  const key = fc.oneof(fc.uuid(), fc.constant('the-same-key'), header)
  const headers = fc.record(
    { 'Idempotency-Key': key, Prefer: fc.constant('respond-async'), 'X-Request-Id': header },
    { requiredKeys: sample.route.headers ? ['Idempotency-Key'] : [] },
  )
  const reply = fc.constantFrom(...calls).chain(({ path, reply: good }) =>
    fc.record({
      path: fc.constant(path),
      body: repliesNear(good),
      status: fc.constantFrom(200, 200, 200, 200, 502),
    }),
  )
  return fc
    .record({
      path: pathsOf(sample),
      query: queriesOf(sample),
      headers,
      body: bodiesOf(sample),
      reply,
    })
    .map(({ path, query, ...rest }) => ({ sample, path: path + query, ...rest }))
}

const errcodes = [-1, 40001, 40003, 40029, 40163, 41028, 43101, 45009, 45011, 47003, 48001, 85096]

function repliesNear(good: object | Buffer): fc.Arbitrary<Buffer> {
  const near = Buffer.isBuffer(good) ? fc.constant(good) : mutatedValue([good]).map(jsonBytes)
  const refusals = errcodes.map((errcode) => ({ errcode, errmsg: 'refused' }))
  return fc.oneof(
    { weight: 4, arbitrary: near },
    { weight: 2, arbitrary: mutatedBytesOf(near, mutations) },
    { weight: 3, arbitrary: mutatedValue(refusals).map(jsonBytes) },
  )
}

interface PlatformCall {
  path: string
  reply: object | Buffer
}

/** The path of each call that the server makes, with a good reply. */
async function learnCalls(platform: ScriptedServer): Promise<PlatformCall[]> {
  const world = createFakeWorld()
  const accessToken = '57_of-the-fuzz'
  const token = { accessToken, expiresAtMs: Infinity, ok: true, refreshed: false } as const
  const get = async () => token
  const tokens = { current: get, refresh: get, renew: get }
  const http = createWechatHttp({ base: platform.base })
  const found: PlatformCall[] = []
  for (const edition of ['2018', '2026'] as const) {
    const wechat = createWechat({ app: { ...app, edition }, http, token: tokens, world })
    for (const { call, reply } of Object.values(callSamples)) {
      await call(wechat)
      found.push({ path: platform.calls.at(-1)!.path, reply })
    }
  }
  await http.close()
  const fetched = { access_token: accessToken, expires_in: 7_200 }
  for (const path of ['/cgi-bin/token', '/cgi-bin/stable_token'])
    found.push({ path, reply: fetched })
  return found
}

const actOf = (reply: object | Buffer) => (Buffer.isBuffer(reply) ? bytes(reply) : json(reply))

interface FuzzOptions {
  seed: number
  /** Requests of each route. */
  runs: number
}

/**
 * Sends requests of every route to a server on `engine`, and rejects at the first reply that is no
 * good one. Resolves with the errors in the server's log.
 */
export async function fuzzRequests(engine: Engine, { seed, runs }: FuzzOptions): Promise<string[]> {
  const database = await engine.createDatabase()
  const platform = await createScriptedServer({ noteTraffic: false })
  const calls = await learnCalls(platform)
  for (const { path, reply } of calls) platform.on(path, actOf(reply))
  const { url } = database
  const server = await startReach({
    apps: [{ ...app, pushToken, pushMode: 'plain' }],
    trustedProxies: 1,
    noteTraffic: false,
    settings: {
      apiBase: platform.base,
      secretKeys: [systemRandom(32)],
      wechatTimeouts: { timeoutMs: 2_000, lateReplyMs: 0 },
      database: databaseSettings(url),
    },
  })
  // Waits end and limits begin anew: a second of the server takes 20 ms.
  const time = setInterval(() => server.monotonic.advance(500), 10)
  try {
    for (const sample of samples) {
      const property = fc.asyncProperty(requestsOf(sample, calls), (request) =>
        sendOne(server, platform, { request, calls }),
      )
      await fc.assert(property, { seed, numRuns: runs, endOnFailure: true })
    }
    const errors = server.lines.filter((line) => line.includes('"level":"error"'))
    return errors.filter((line) => !expected.some((text) => line.includes(text)))
  } finally {
    clearInterval(time)
    await server.close()
    await platform.close()
    await database.drop()
  }
}

const expected = [
  // What the fuzzed replies to the token call lead to.
  'WeChat gives no access_token',
  // A pause of the machine is fifty times as long for the server.
  'a push could not be recorded in time: the platform sends it again',
]

async function sendOne(
  server: StartedReach,
  platform: ScriptedServer,
  { request, calls }: { request: FuzzedRequest; calls: readonly PlatformCall[] },
): Promise<void> {
  const { sample, path, headers, body, reply } = request
  const { route, at } = sample
  made += 1
  await prepare(server, sample)
  platform.on(reply.path, (response) => void response.writeHead(reply.status).end(reply.body))
  const token = await tokenFor(server, sample)
  const answer = await server.ask(`${at.split(' ')[0]} ${path}`, {
    // So has an address.
    headers: { ...headers, 'X-Forwarded-For': `10.0.${made >> 8}.${made & 255}` },
    ...(body && { body }),
    ...(token !== undefined && { token }),
  })
  const good = calls.find((call) => call.path === reply.path)!
  platform.on(reply.path, actOf(good.reply))
  expectReply(answer, route.replies)
}

/** What the user holds, so that a message is sent; WeChat's replies use it up. */
async function prepare(server: StartedReach, { name }: Sample): Promise<void> {
  if (name !== 'POST /v1/messages') return
  await server.ask('DELETE /v1/suspensions/template')
  await server.ask('DELETE /v1/suspensions/customer')
  const prepayId = `wx${made}`
  await server.ask('POST /v1/credits/payment', { body: { openId, prepayId } })
  const push = { ToUserName: 'gh_1', FromUserName: openId, CreateTime: startMs / 1_000 }
  const body = { ...push, MsgType: 'text', Content: 'hi', MsgId: String(made) }
  await server.ask(`POST /v1/push/${app.appId}?${signed}`, { token: null, body })
}
let made = 0

async function tokenFor(
  server: StartedReach,
  { route: { caller } }: Sample,
): Promise<string | null | undefined> {
  if (caller === 'anyone') return null
  if (caller !== 'phone') return undefined
  // Another one each time: a user has a limit of requests a minute.
  const body = { openId: `phone-${(made += 1)}`, sessionKey: sessionKey.toString('base64') }
  return (await server.ask<SessionReply>('POST /v1/sessions', { body })).body.token
}

function expectReply(answer: Answer<unknown>, replies: Sample['route']['replies']): void {
  const { status, type, text, body } = answer
  expect(status).not.toBe(500)
  if (type.startsWith('application/problem+json')) {
    expectProblem(answer, status, (body as { code: never }).code)
  } else if (status >= 400) {
    expect(text.length).toBeLessThan(100)
  } else {
    const { schema, contentTypes = [] } = replies[status] ?? {}
    expect(Object.keys(replies)).toContain(String(status))
    if (schema && !contentTypes.includes(type.split(';')[0]!)) expectShape(schema, body)
  }
}
