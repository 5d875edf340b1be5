/**
 * Replies and pushes whose free text is broken, through the whole server: what is readable costs no
 * right that a clean text gives.
 */
import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import type { CreditsReply, Message } from '../../shared/wire/index.ts'
import { databaseSettings, engines, type EngineDatabase } from '../support/engines.ts'
import { bytes, createScriptedServer, json, reset } from '../support/scripted-server.ts'
import type { ScriptedServer } from '../support/scripted-server.ts'
import { app, startMs, startReach, type StartedReach } from '../support/server/start-reach.ts'

const pushToken = 'push-token-of-the-app'
const sendPath = '/cgi-bin/message/subscribe/send'
const listPath = '/wxaapi/newtmpl/gettemplate'
const templateId = 'once-template'

let database: EngineDatabase
let platform: ScriptedServer
let server: StartedReach
let users = 0
const newUser = () => `user-${(users += 1)}`

/** Pushes a body as the platform does in plain mode. */
async function push(body: string | Buffer): Promise<number> {
  const query = { timestamp: String(startMs / 1_000), nonce: '5' }
  const signed = [pushToken, query.timestamp, query.nonce].sort().join('')
  const signature = createHash('sha1').update(signed).digest('hex')
  const search = String(new URLSearchParams({ ...query, signature }))
  const address = `${server.url}/v1/push/${app.appId}?${search}`
  return (await fetch(address, { method: 'POST', body })).status
}

const head = (openId: string) => ({
  ToUserName: 'gh_0123456789ab',
  FromUserName: openId,
  CreateTime: startMs / 1_000,
})

const accept = (openId: string, id = templateId) =>
  push(
    JSON.stringify({
      ...head(openId),
      MsgType: 'event',
      Event: 'subscribe_msg_popup_event',
      List: [{ TemplateId: id, SubscribeStatusString: 'accept', PopupScene: '0' }],
    }),
  )

async function send(openId: string): Promise<Message> {
  const { body } = await server.ask<Message>('POST /v1/messages', {
    body: { channel: 'subscribe', openId, templateId, data: { thing1: { value: 'hi' } } },
    headers: { 'Idempotency-Key': `key-${(users += 1)}` },
  })
  return body
}
const find = async ({ id }: Message) => (await server.ask<Message>(`GET /v1/messages/${id}`)).body
const receivable = async (openId: string) =>
  (await server.ask<CreditsReply>(`GET /v1/users/${openId}/credits`)).body.canReceive

/** Bytes as a text of JSON may hold them: a quote would end the text. */
const textBytes = fc
  .uint8Array({ maxLength: 40 })
  .map((all) => Buffer.from([...all.filter((byte) => byte !== 0x22), 0x20]))

const around = (before: string, text: Uint8Array, after: string) =>
  Buffer.concat([Buffer.from(before), text, Buffer.from(after)])

describe.each(engines.map((engine) => [engine.name, engine] as const))('on %s', (_name, engine) => {
  beforeAll(async () => {
    database = await engine.createDatabase()
    platform = await createScriptedServer()
    platform.on(
      '/cgi-bin/stable_token',
      json({ access_token: 'token-of-the-platform', expires_in: 7200 }),
    )
    const { url } = database
    server = await startReach({
      edition: '2026',
      apps: [{ ...app, pushToken, pushMode: 'plain' }],
      settings: {
        apiBase: platform.base,
        database: databaseSettings(url),
      },
    })
    const rows = [
      { priTmplId: templateId, title: 'a\bb', content: '{{thing1.DATA}}', type: 2 },
      { priTmplId: 'long-template', title: 'c', content: '{{thing1.DATA}}', type: 3 },
    ]
    // A raw control character, as the platform writes it.
    platform.on(listPath, bytes(JSON.stringify({ errcode: 0, data: rows }).replace('\\b', '\b')))
  })
  afterAll(async () => {
    await server.close()
    await platform.close()
    await database.drop()
  })

  it.each([
    ['a raw control character', '{"errcode":0,"errmsg":"o\x08k\x1d\n"}'],
    ['a trailing NUL', '{"errcode":0}\0'],
    ['the errcode as text', '{"errcode":"0"}'],
    ['a BOM', '\uFEFF{"errcode":0}'],
    ['unasked gzip', gzipSync('{"errcode":0}')],
    ['half a character', around('{"errcode":0,"errmsg":"', Buffer.of(0xe6, 0xba), '"}')],
  ])('counts a message as sent after a reply with %s', async (_what, reply) => {
    const openId = newUser()
    await accept(openId)
    platform.on(sendPath, bytes(reply))
    expect(await send(openId)).toMatchObject({ state: 'sent' })
  })

  it('gives a credit back after a refusal with a raw control character and a NUL', async () => {
    const openId = newUser()
    await accept(openId)
    platform.on(sendPath, bytes('{"errcode":"47003","errmsg":"thing1\x08\\u0000"}\0'))
    const { state, reason } = await send(openId)
    expect({ state, reason }).toMatchObject({
      state: 'refused',
      reason: { code: 'data_invalid', wechat: { errcode: 47003, errmsg: 'thing1\uFFFD\uFFFD' } },
    })
    expect(await receivable(openId)).toMatchObject({ subscribe: { [templateId]: 1 } })
  })

  it.each(['JSON', 'XML'])(
    'settles a message whose reply was lost by a report in %s, beside one of a neighbouring id',
    async (format) => {
      const openId = newUser()
      await accept(openId)
      platform.on(sendPath, bytes('{"errcode":0,"errmsg":"ok","msgid":3248682510344192008}'))
      const sent = await send(openId)
      await push(
        JSON.stringify({
          ...head(openId),
          CreateTime: startMs / 1_000 - 1,
          MsgType: 'event',
          Event: 'subscribe_msg_popup_event',
          List: { TemplateId: templateId, SubscribeStatusString: 'accept', PopupScene: '0' },
        }),
      )
      platform.on(sendPath, reset)
      const lost = await send(openId)
      expect([sent.state, lost.state]).toEqual(['sent', 'unknown'])

      const fields = { ...head(openId), MsgType: 'event', Event: 'subscribe_msg_sent_event' }
      const inJson = JSON.stringify({
        ...fields,
        List: { TemplateId: templateId, MsgID: 'ID', ErrorCode: 40003, ErrorStatus: 'no' },
      }).replace('"ID"', '3248682510344192009')
      const inXml =
        `<xml>${Object.entries(fields)
          .map(([name, text]) => `<${name}>${text}</${name}>`)
          .join('')}` +
        `<SubscribeMsgSentEvent><List><TemplateId>${templateId}</TemplateId>` +
        '<MsgID>3248682510344192009</MsgID><ErrorCode>40003</ErrorCode>' +
        '<ErrorStatus>no</ErrorStatus></List></SubscribeMsgSentEvent></xml>'
      expect(await push(format === 'JSON' ? inJson : inXml)).toBe(200)
      expect(await find(lost)).toMatchObject({
        state: 'refused',
        reason: { code: 'user_unknown', wechat: { errcode: 40003 } },
      })
      expect(await find(sent)).toMatchObject({ state: 'sent' })
    },
  )

  it('lists templates with a control character, and knows the long-term ones', async () => {
    expect((await server.ask('GET /v1/subscribe-templates')).status).toBe(200)
    const openId = newUser()
    await accept(openId, 'long-template')
    expect((await receivable(openId)).subscribe).toEqual({ 'long-template': null })
  })

  it('counts a send as a clean reply would, whatever bytes its errmsg holds', async () => {
    const outcomes = [
      ['0', { state: 'sent' }, {}],
      ['40003', { state: 'refused', reason: { code: 'user_unknown' } }, { [templateId]: 1 }],
    ] as const
    const property = fc.asyncProperty(
      textBytes,
      fc.constantFrom(...outcomes),
      async (text, [errcode, message, subscribe]) => {
        const openId = newUser()
        await accept(openId)
        platform.on(sendPath, bytes(around('{"errmsg":"', text, `","errcode":${errcode}}`)))
        expect(await send(openId)).toMatchObject(message)
        expect((await receivable(openId)).subscribe).toEqual(subscribe)
      },
    )
    await fc.assert(property, { numRuns: 40 })
  })

  it('opens the window as a clean push would, whatever bytes its text holds', async () => {
    const property = fc.asyncProperty(textBytes, async (text) => {
      const openId = newUser()
      const clean = JSON.stringify({ ...head(openId), MsgType: 'text', MsgId: 1, Content: 'MARK' })
      const [before = '', after = ''] = clean
        .replace(':1,', `:${2n ** 60n + BigInt(users)},`)
        .split('MARK')
      expect(await push(around(before, text, after))).toBe(200)
      expect((await receivable(openId)).customer).toMatchObject({ uses: 5 })
    })
    await fc.assert(property, { numRuns: 40 })
  })
})
