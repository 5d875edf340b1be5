// oxlint-disable no-console -- a command speaks on the console
// Prints server/http/examples.json, the examples of openapi.json: calls of a server with a sandbox
// behind it, each operation and each of its replies. Runs on what `tsc -b` built.
//
//   node docs/examples.mjs
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { routes } from '../dist/server/http/routes/routes.js'
import { createMetrics, createReachServer, listen } from '../dist/server/index.js'
import { consoleRules } from '../dist/server/rules/console.js'
import { createAdvancingClock, createMonotonicClock } from '../dist/server/runtime/world.js'
import { createSandbox } from '../dist/server/sandbox/index.js'
import { scopes } from '../dist/shared/codes.js'

const appId = 'wx0123456789abcdef'
const openId = 'oExampleUser'
const apiKey = 'a-key-of-the-examples'
const pushToken = 'pushtoken0'
/** A PNG of one pixel. */
const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ' +
    'RU5ErkJggg==',
  'base64',
)
const recorded = Object.fromEntries(
  routes.map(({ method, path }) => [`${method.toUpperCase()} ${path}`, []]),
)

/** The same calls get the same replies: neither time nor chance is the system's. */
async function inEdition(edition, nowMs, scenario) {
  const folder = mkdtempSync(join(tmpdir(), 'wx-reach-examples-'))
  const clock = createAdvancingClock(() => nowMs)
  const random = countingRandom()
  const app = { appId, secret: '0123456789abcdef0123456789abcdef', edition, pushToken }
  const { pushToken: _, ...ofSandbox } = app
  const sandbox = await createSandbox({ apps: [ofSandbox], clock, random: countingRandom() })
  const still = { ...createMonotonicClock(), now: () => 0 }
  const reach = createReachServer(
    {
      apps: [{ ...app, pushMode: 'plain' }],
      apiBase: sandbox.url,
      apiKeys: [{ key: apiKey, scopes }],
      secretKeys: [Buffer.alloc(32, 7)],
      database: { engine: 'sqlite', path: join(folder, 'reach.db') },
      trustedProxies: 0,
      metrics: createMetrics({ process: false }),
    },
    { clock, monotonic: still, random, log: false },
  )
  const listening = await listen(reach.createApp().callback(), { port: 0, host: '127.0.0.1' })
  await scenario({ call: createCall(listening.url), control: sandbox.control, clock, reach })
  await listening.close(0)
  await sandbox.close()
  await reach.close()
  rmSync(folder, { recursive: true })
}

function countingRandom() {
  let made = 0
  return (bytes) => {
    const blocks = Array.from({ length: Math.ceil(bytes / 32) }, () =>
      createHash('sha256')
        .update(`example ${(made += 1)}`)
        .digest(),
    )
    return Buffer.concat(blocks).subarray(0, bytes)
  }
}

/** @param title says which of several calls of an operation it is */
function createCall(url) {
  let cookie
  return async (
    name,
    { title, params = {}, query = {}, body, headers = {}, key = apiKey, hasCookie = false } = {},
  ) => {
    const [method, path] = name.split(' ')
    const filled = path.replaceAll(/:(\w+)/g, (_, param) => params[param])
    const search = new URLSearchParams(query).toString()
    const reply = await fetch(`${url}${filled}${search && `?${search}`}`, {
      method,
      headers: {
        ...(key && { authorization: `Bearer ${key}` }),
        ...(hasCookie && { cookie }),
        ...headers,
      },
      ...(body !== undefined && {
        body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      }),
    })
    cookie = reply.headers.get('set-cookie')?.split(';')[0] ?? cookie
    const contentType = reply.headers.get('content-type')?.split(';')[0]
    const text = reply.headers.get('content-type')?.startsWith('text/event-stream')
      ? await firstOf(reply)
      : await reply.text()
    const isJson = contentType?.endsWith('json') ?? false
    const known = recorded[name].some((one) => one.title === title && one.status === reply.status)
    if (known) return isJson ? JSON.parse(text) : text
    recorded[name].push({
      ...(title && { title }),
      ...(Object.keys(params).length > 0 && { params }),
      ...(Object.keys(query).length > 0 && { query }),
      ...(Object.keys(headers).length > 0 && { headers }),
      ...(body !== undefined && !Buffer.isBuffer(body) && { body }),
      status: reply.status,
      ...(contentType && { contentType }),
      ...(isJson && { reply: JSON.parse(text) }),
      ...(contentType?.startsWith('text/') && { reply: text.split('\n', 4).join('\n') }),
    })
    return isJson ? JSON.parse(text) : text
  }
}

/** The first event of a stream, which does not end. */
async function firstOf({ body }) {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  while (!text.includes('\n\n')) text += decoder.decode((await reader.read()).value)
  await reader.cancel()
  return text
}

await inEdition('2026', Date.parse('2026-06-01T04:00:00Z'), async (world) => {
  const { call, control, clock, reach } = world
  const template = { templateId: 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc' }
  const keywords = [
    { name: '商品', example: '咖啡' },
    { name: '地点', example: '人民路店' },
  ]
  await control.addUser({ openId })
  await control.addTemplate({ ...template, title: '取餐提醒', keywords, type: 2 })
  const { code } = await control.issueLoginCode({ openId })
  const session = await call('POST /v1/session', { body: { appId, code }, key: null })
  const at = clock.now()

  const group = { source: 'shareInfo', ...(await control.encryptShareInfo({ openId, group: 'g' })) }
  const { openGId, ...data } = group
  const shareId = 'kR3vXq0TqKq1'
  const event = (n, type, fields) => ({ id: `example-event-${n}`, type, at, ...fields })
  await call('POST /v1/events', {
    key: session.token,
    body: {
      sentAt: at,
      events: [
        event(1, 'subscription.answered', {
          answers: { [template.templateId]: 'accept' },
          tag: 'autumn',
        }),
        event(2, 'payment.made', { prepayId: 'prepay_id=wx201806010001' }),
        event(3, 'share.started', { shareId, page: 'pages/index/index', title: '一起来' }),
        event(4, 'share.opened', { shareId, scene: 1044, page: 'pages/index/index', group: data }),
        event(5, 'form.submitted', { formId: 'the formId is a mock one', page: 'pages/a' }),
      ],
    },
  })
  await control.answerSubscription({ openId, ...template, answer: 'accept' })

  const backend = { openId: 'oOtherUser', sessionKey: 'MDEyMzQ1Njc4OWFiY2RlZg==' }
  await call('POST /v1/sessions', { body: backend })
  await call('DELETE /v1/sessions', { body: { openId: backend.openId } })
  const { encryptedData, iv } = data
  await call('POST /v1/decrypt', { body: { openId, encryptedData, iv } })

  await control.push({ openId, msgtype: 'text', content: '你好' })
  await push(call, at, 'text', '<Content><![CDATA[你好]]></Content><MsgId>22000000001</MsgId>')
  const message = { channel: 'subscribe', openId, ...template, page: 'pages/order/order?id=42' }
  const { id } = await call('POST /v1/messages', {
    title: 'subscribe',
    headers: { 'Idempotency-Key': 'order-42' },
    body: {
      ...message,
      data: { thing1: { value: '咖啡' }, thing2: { value: '人民路店' } },
    },
  })
  await call('POST /v1/messages', {
    title: 'refused',
    headers: { 'Idempotency-Key': 'order-43' },
    body: { ...message, data: { thing1: { value: '茶' }, thing2: { value: '人民路店' } } },
  })
  const reminder = await call('POST /v1/messages', {
    title: 'later',
    headers: { 'Idempotency-Key': 'reminder-42' },
    body: {
      ...message,
      data: { thing1: { value: '咖啡' }, thing2: { value: '人民路店' } },
      sendAt: '2026-06-02T09:00:00+08:00',
    },
  })
  await call('DELETE /v1/messages/:id', { params: { id: reminder.id } })
  await call('GET /v1/messages/:id', { params: { id } })
  await call('GET /v1/messages', { query: { openId, state: 'sent', limit: 20 } })
  await call('GET /v1/audit/messages/:id', { params: { id } })

  const broadcast = await call('POST /v1/broadcasts', {
    title: 'to a list',
    headers: { 'Idempotency-Key': 'autumn-1' },
    body: {
      channel: 'subscribe',
      ...template,
      data: { thing1: { value: '{{drink}}' }, thing2: { value: '人民路店' } },
      audience: { from: 'list' },
      perMinute: 600,
      sendWindow: { from: '09:00', until: '21:00' },
    },
  })
  await call('POST /v1/broadcasts/:id/recipients', {
    params: { id: broadcast.id },
    body: `{"openId":"${openId}","data":{"drink":"咖啡"}}\n`,
  })
  await call('GET /v1/broadcasts/:id/forecast', { params: { id: broadcast.id } })
  await call('POST /v1/broadcasts', {
    title: 'dry run',
    headers: { 'Idempotency-Key': 'autumn-2' },
    body: {
      channel: 'subscribe',
      ...template,
      data: { thing1: { value: '咖啡' }, thing2: { value: '人民路店' } },
      audience: { from: 'holders' },
      dryRun: true,
    },
  })
  for (const move of ['start', 'pause', 'resume', 'cancel']) {
    await call(`POST /v1/broadcasts/:id/${move}`, { params: { id: broadcast.id } })
  }
  await call('GET /v1/broadcasts/:id', { params: { id: broadcast.id } })
  for (const what of ['recipients', 'results']) {
    const ofBroadcast = { params: { id: broadcast.id } }
    await call(`GET /v1/broadcasts/:id/${what}`, ofBroadcast)
    await call(`GET /v1/broadcasts/:id/${what}`, {
      ...ofBroadcast,
      title: 'CSV',
      query: { format: 'csv' },
    })
  }
  await call('GET /v1/broadcasts', { query: { limit: 20 } })

  await call('GET /v1/tags', { query: { limit: 20 } })
  const ofTag = { params: { tag: 'autumn' } }
  await call('GET /v1/tags/:tag/results', { ...ofTag, query: { by: 'day' } })
  await call('GET /v1/tags/:tag/results', { ...ofTag, title: 'CSV', query: { format: 'csv' } })

  await call('GET /v1/messages/summary')
  await call('GET /v1/status')
  await call('GET /v1/stream', { query: { topics: 'message' } })
  await call('GET /v1/users', { query: { kind: 'wrote', limit: 20 } })
  await call('GET /v1/users/:openId/credits', { params: { openId } })
  await call('GET /v1/users/:openId/credits/history', { params: { openId } })
  await call('GET /v1/users/:openId/sessions', { params: { openId } })
  await call('GET /v1/users/:openId/conversation', { params: { openId }, query: { limit: 20 } })
  await call('GET /v1/customer-windows', { query: { limit: 20 } })
  await call('GET /v1/credits/summary')
  const payment = { openId, prepayId: 'prepay_id=wx202606010042' }
  await call('POST /v1/credits/payment', { title: 'new', body: payment })
  await call('POST /v1/credits/payment', { title: 'known before', body: payment })

  await call('GET /v1/pushes', { query: { limit: 20 } })
  await call('GET /v1/groups', { query: { limit: 20 } })
  await call('GET /v1/groups/:openGId', { params: { openGId } })
  await call('GET /v1/shares/:shareId', { params: { shareId } })
  await call('GET /v1/shares', { query: { openId, limit: 20 } })

  await call('GET /v1/subscribe-template-categories')
  await call('GET /v1/subscribe-template-library', { query: { categoryIds: '616', count: 2 } })
  await call('GET /v1/subscribe-template-library/:id', { params: { id: '401' } })
  const added = await call('POST /v1/subscribe-templates', {
    body: { id: '401', keywordIds: [1, 2], sceneDescription: '会议' },
  })
  await call('GET /v1/subscribe-templates')
  await call('DELETE /v1/subscribe-templates/:templateId', {
    params: { templateId: added.templateId },
  })

  const payload = { order: 42 }
  await call('POST /v1/codes', {
    title: 'at once',
    body: { kind: 'scene', page: 'pages/index/index', payload },
  })
  const { codes } = await call('GET /v1/codes', { query: { limit: 20 } })
  await call('GET /v1/codes/:id/image', { params: { id: codes[0].id } })
  await call('GET /v1/codes/usage')
  const { calls } = await control.listCalls({})
  const { scene } = calls.find(({ path }) => path.endsWith('getwxacodeunlimit')).body
  await call('GET /v1/scenes/:id', { key: session.token, params: { id: scene } })
  await call('GET /v1/rights', { key: session.token })
  await call('POST /v1/media', { query: { for: 'message' }, body: onePixel })
  await call('POST /v1/typing', { body: { openId, typing: true } })

  const { accessToken } = await call('GET /v1/access-token')
  await call('POST /v1/access-token/refresh', { body: { rejected: accessToken } })
  const made = await call('POST /v1/api-keys', {
    body: { name: 'the shop', scopes: ['send', 'read'], appId, expiresAt: '2027-01-01T00:00:00Z' },
  })
  await call('GET /v1/api-keys')
  await call('DELETE /v1/api-keys/:id', { params: { id: made.id } })
  const signedIn = { key: null, headers: { [consoleRules.header]: '1' } }
  await call('POST /v1/console/session', { ...signedIn, body: { apiKey } })
  await call('GET /v1/console/session', { ...signedIn, hasCookie: true })
  await call('POST /v1/console/revealed', { ...signedIn, hasCookie: true, body: { openId } })
  await call('DELETE /v1/console/session', { ...signedIn, hasCookie: true })
  await call('DELETE /v1/suspensions/:channel', { params: { channel: 'subscribe' } })
  await call('GET /v1/audit', { query: { operation: 'POST /v1/api-keys', limit: 20 } })

  // What goes on after its reply comes last: its use of chance would change what follows.
  await call('POST /v1/messages', {
    title: 'customer',
    headers: { 'Idempotency-Key': 'chat-7', Prefer: 'respond-async' },
    body: { channel: 'customer', openId, msgtype: 'text', text: { content: '您好，已收到。' } },
  })
  await call('POST /v1/codes', {
    title: 'queued',
    headers: { Prefer: 'respond-async' },
    body: { kind: 'scene', page: 'pages/index/index', scene: 'table=3' },
  })
  await call('GET /v1/users/:openId/export', { params: { openId } })
  await call('DELETE /v1/users/:openId', { params: { openId } })
  const { token } = await call('POST /v1/session', {
    body: { appId, code: (await control.issueLoginCode({ openId })).code },
    key: null,
  })
  await call('DELETE /v1/session', { key: token })

  const webhook = await call('POST /v1/webhooks', {
    body: { url: 'https://shop.example/hooks', events: ['message.settled', 'credit.recorded'] },
  })
  const ofWebhook = { params: { id: webhook.id } }
  await call('GET /v1/webhooks')
  await call('GET /v1/webhooks/:id', { ...ofWebhook, query: { state: 'dead' } })
  await call('POST /v1/webhooks/:id/replay', { ...ofWebhook, body: {} })
  await call('DELETE /v1/webhooks/:id', ofWebhook)

  await call('GET /healthz', { key: null })
  await call('GET /readyz', { title: 'ready' })
  await call('GET /metrics')
  reach.drain()
  await call('GET /readyz', { title: 'it stops' })
})

await inEdition('2018', Date.parse('2018-06-01T04:00:00Z'), async ({ call, control, clock }) => {
  await control.addUser({ openId })
  const { code } = await control.issueLoginCode({ openId })
  const { token } = await call('POST /v1/session', { body: { appId, code }, key: null })
  const added = await call('POST /v1/templates', { body: { id: 'AT0002', keywordIds: [3, 4, 5] } })
  const { formId } = await control.submitForm({ openId })
  const at = clock.now()
  const events = [{ id: 'example-event-1', type: 'form.submitted', at, formId, page: 'pages/a' }]
  await call('POST /v1/events', { key: token, body: { sentAt: at, events } })
  await call('POST /v1/messages', {
    title: 'template',
    headers: { 'Idempotency-Key': 'order-42' },
    body: {
      channel: 'template',
      openId,
      templateId: added.templateId,
      page: 'pages/order/order?id=42',
      data: { keyword1: { value: '人民路店' }, keyword2: { value: '咖啡' } },
    },
  })
  await call('GET /v1/template-library', { query: { count: 2 } })
  await call('GET /v1/template-library/:id', { params: { id: 'AT0002' } })
  await call('GET /v1/templates')
  await call('POST /v1/templates/lint', {
    body: { title: '购买成功通知', keywords: ['购买地点', '购买时间'] },
  })
  await call('DELETE /v1/templates/:templateId', { params: { templateId: added.templateId } })

  await call('POST /v1/codes', { title: 'with a mistake', body: { kind: 'scene', scene: 7 } })
  await call('GET /v1/codes/usage', { title: 'without a key', key: null })
})

async function push(call, nowMs, type, fields) {
  const timestamp = String(Math.floor(nowMs / 1_000))
  const nonce = '1320562132'
  const words = [pushToken, timestamp, nonce].sort().join('')
  const signature = createHash('sha1').update(words).digest('hex')
  const query = { signature, timestamp, nonce }
  const at = { params: { appId }, key: null }
  await call('GET /v1/push/:appId', { ...at, query: { ...query, echostr: '4375120948345356249' } })
  await call('POST /v1/push/:appId', {
    ...at,
    query: { ...query, openid: openId },
    headers: { 'Content-Type': 'text/xml' },
    body:
      `<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName>` +
      `<FromUserName><![CDATA[${openId}]]></FromUserName><CreateTime>${timestamp}</CreateTime>` +
      `<MsgType><![CDATA[${type}]]></MsgType>${fields}</xml>`,
  })
}

console.log(JSON.stringify(recorded, null, 2))
