/**
 * Values that no phone's request carries in clear: they pass the same checks, and spoil no batch.
 */
import { createCipheriv, randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { SessionReply } from '../../../shared/wire/index.ts'
import { databaseSettings, engines, type EngineDatabase } from '../../support/engines.ts'
import { createScriptedServer, json, type ScriptedServer } from '../../support/scripted-server.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { png } from '../../sandbox/pictures.ts'
import { app, startMs, startReach, type StartedReach } from '../../support/server/start-reach.ts'

let database: EngineDatabase
let platform: ScriptedServer
let server: StartedReach

const key = randomBytes(16)
const iv = randomBytes(16)
const watermark = { appid: app.appId, timestamp: startMs / 1_000 }

/** Data of a group as a phone can make it, since it may know its session_key. */
function groupOf(fields: object) {
  const cipher = createCipheriv('aes-128-cbc', key, iv)
  const plain = JSON.stringify({ ...fields, watermark })
  const encryptedData = Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64')
  return { source: 'shareInfo', encryptedData, iv: iv.toString('base64') }
}

async function signIn(openId: string): Promise<string> {
  const body = { openId, sessionKey: key.toString('base64') }
  return (await server.ask<SessionReply>('POST /v1/sessions', { body })).body.token
}

/** What neither an id of a group nor one of a user may be. */
const unstorable = [
  ['2,800 random characters', randomBytes(2_100).toString('base64url')],
  ['a NUL', 'tG\0group'],
  ['a line break', 'tG\ngroup'],
  ['a space', 'tG group'],
  ['half a character', 'tG\ud83d'],
  ['nothing', ''],
] as const

describe.each(engines.map((engine) => [engine.name, engine] as const))('on %s', (_name, engine) => {
  beforeEach(async () => {
    database = await engine.createDatabase()
    platform = await createScriptedServer()
    platform.on('/cgi-bin/token', json({ access_token: 'token-of-the-platform', expires_in: 7200 }))
    const { url } = database
    const settings = {
      apiBase: platform.base,
      database: databaseSettings(url),
    }
    server = await startReach({ settings })
  })
  afterEach(async () => {
    await server.close()
    await platform.close()
    await database.drop()
  })

  it.each(unstorable)('an openGId with %s is no group, and the batch goes on', async (_, id) => {
    const token = await signIn('alice-0001')
    const at = startMs
    const opened = { type: 'share.opened', at, scene: 1044, page: 'pages/a' }
    const events = [
      { ...opened, id: 'event-0001', group: groupOf({ openGId: id }) },
      { ...opened, id: 'event-0002', group: groupOf({ opengid: id }) },
      { ...opened, id: 'event-0003', group: groupOf({ openGId: 'tGgood-0001' }) },
      { type: 'form.submitted', at, id: 'event-0004', formId: 'form-1', page: 'pages/a' },
      {
        type: 'share.finished',
        at,
        id: 'event-0005',
        shareId: 'share-0001',
        result: 'ok',
        groups: [groupOf({ openGId: id }), groupOf({ openGId: 'tGgood-0001' })],
      },
    ]
    const { status, body } = await server.ask('POST /v1/events', {
      token,
      body: { sentAt: at, events },
    })
    expect([status, body]).toMatchObject([
      200,
      {
        results: [
          { id: 'event-0001', status: 'accepted' },
          { id: 'event-0002', status: 'accepted' },
          { id: 'event-0003', status: 'accepted', openGId: 'tGgood-0001' },
          { id: 'event-0004', status: 'accepted' },
          { id: 'event-0005', status: 'accepted', openGIds: [null, 'tGgood-0001'] },
        ],
      },
    ])
  })

  it.each([
    ['that has errMsg alone', { errMsg: 'getGroupEnterInfo:ok' }],
    ['that has a cloudID alone', { source: 'groupEnterInfo', cloudID: '38_abc' }],
    ['with over 4 KB of data', { ...groupOf({}), encryptedData: 'A'.repeat(4_100) }],
    ['that is unavailable for 300 characters', { unavailable: 'r'.repeat(300) }],
    ['that is null', null],
  ])('an arrival with a group %s is kept without it', async (_, group) => {
    const token = await signIn('alice-0001')
    const at = startMs
    const opened = { type: 'share.opened', at, scene: 1044, page: 'pages/a', shareId: 'share-0001' }
    const finished = { type: 'share.finished', at, shareId: 'share-0001', result: 'ok' }
    const good = groupOf({ openGId: 'tGgood-0001' })
    const events = [
      { ...opened, id: 'event-0001', group },
      { ...opened, id: 'event-0002', group: good },
      { ...finished, id: 'event-0003', groups: [group, good] },
    ]
    const body = { sentAt: at, events }
    const kept = { reason: 'bad_group' }
    for (const status of ['accepted', 'duplicate']) {
      const reply = await server.ask('POST /v1/events', { token, body })
      expect(reply.body).toEqual({
        results: [
          { id: 'event-0001', status, ...kept },
          { id: 'event-0002', status, openGId: 'tGgood-0001' },
          { id: 'event-0003', status, ...kept, openGIds: [null, 'tGgood-0001'] },
        ],
      })
    }
    const share = await server.ask<{ share: { opens: number } }>('GET /v1/shares/share-0001')
    expect(share.body.share.opens).toBe(2)
  })

  it.each([...unstorable, ['8 KB', randomBytes(6_000).toString('base64url')]])(
    'an openid with %s in the reply to a sign-in is no success of WeChat',
    async (_, openid) => {
      const reply = { openid, session_key: key.toString('base64') }
      platform.on('/sns/jscode2session', json(reply))
      const body = { appId: app.appId, code: 'code-1' }
      const answer = await server.ask('POST /v1/session', { token: null, body })
      expectProblem(answer, 503, 'wechat_unreachable')
    },
  )

  it.each([
    ['an id of 3,000 characters', { media_id: randomBytes(2_250).toString('base64url') }],
    ['an id with a NUL', { media_id: 'media\0' }],
  ])('an upload whose reply has %s is no success of WeChat', async (_, fields) => {
    platform.on('/cgi-bin/media/upload', json({ type: 'image', created_at: 1, ...fields }))
    const answer = await server.ask('POST /v1/media?for=message', { body: png })
    expectProblem(answer, 503, 'wechat_unreachable')
  })

  it('an upload whose reply has a time far ahead ends three days from now', async () => {
    const reply = { type: 'image', media_id: 'media-1', created_at: 9_007_199_254_740_991 }
    platform.on('/cgi-bin/media/upload', json(reply))
    const { status, body } = await server.ask('POST /v1/media?for=message', { body: png })
    const expiresAt = new Date(startMs + 3 * 86_400_000).toISOString()
    expect([status, body]).toEqual([201, { mediaId: 'media-1', expiresAt }])
  })
})
