/** A push gives its right however its free text is broken, in every mode and on every engine. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import type { CreditsReply } from '../../../shared/wire/index.ts'
import { databaseSettings, engines, type EngineDatabase } from '../../support/engines.ts'
import { pushAesKey, pushToken, type PushMode } from '../../support/server/start-pushes.ts'
import { app, startMs, startReach, type StartedReach } from '../../support/server/start-reach.ts'
import { encrypted, framed, padded, sha1, xmlOf } from '../../verify/push/platform.ts'

let database: EngineDatabase
let server: StartedReach

const mark = 'MARK'
const stamp = { timestamp: String(startMs / 1_000), nonce: '7' }
let users = 0
let lastId = 10n ** 18n

const events = {
  text: { MsgType: 'text', Content: mark },
  card: { MsgType: 'miniprogrampage', Title: mark, PagePath: mark, ThumbUrl: mark },
  entered: { MsgType: 'event', Event: 'user_enter_tempsession', SessionFrom: mark },
}

/** The push of a new user with these bytes in each of its free texts. */
function pushOf(kind: keyof typeof events, format: 'xml' | 'json', text: Uint8Array) {
  const openId = `user-${(users += 1)}`
  const head = { ToUserName: 'gh_1', FromUserName: openId, CreateTime: startMs / 1_000 }
  const id = kind === 'entered' ? {} : { MsgId: String((lastId += 1n)) }
  const fields = { ...head, ...events[kind], ...id }
  const pieces = (format === 'json' ? JSON.stringify(fields) : xmlOf(fields)).split(mark)
  const parts = pieces.flatMap((piece, n) => [...(n > 0 ? [text] : []), Buffer.from(piece)])
  return { openId, message: Buffer.concat(parts) }
}

function post(mode: PushMode, message: Buffer) {
  const { timestamp, nonce } = stamp
  const signature = sha1(pushToken, timestamp, nonce)
  if (mode === 'plain') {
    return ask(new URLSearchParams({ signature, ...stamp }), message)
  }
  const Encrypt = encrypted(padded(framed(message, app.appId)), pushAesKey)
  const msg_signature = sha1(pushToken, timestamp, nonce, Encrypt)
  const query = new URLSearchParams({ signature, msg_signature, ...stamp })
  return ask(query, Buffer.from(JSON.stringify({ ToUserName: 'gh_1', Encrypt })))
}

const ask = (query: URLSearchParams, body: Buffer) =>
  server.ask(`POST /v1/push/${app.appId}?${query}`, { token: null, body })

async function usesOf(openId: string): Promise<number> {
  const { body } = await server.ask<CreditsReply>(`GET /v1/users/${openId}/credits`)
  return body.canReceive.customer.uses
}

/** Bytes that end neither a text in CDATA nor one in JSON. */
const closing = new Set(Buffer.from('"\\<]'))
const broken = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((bytes) => bytes.filter((byte) => !closing.has(byte))),
  fc
    .constantFrom('e69da5e6ba', 'eda0bdedb880', '00', '0a091d')
    .map((hex) => Buffer.from(hex, 'hex')),
)

describe.each(
  engines.flatMap((engine) =>
    (['plain', 'safe'] as const).map((mode) => [mode, engine.name, engine] as const),
  ),
)('a push in the mode %s, on %s,', (mode, _name, engine) => {
  beforeEach(async () => {
    database = await engine.createDatabase()
    const { url } = database
    server = await startReach({
      apps: [{ ...app, pushToken, pushMode: mode, ...(mode === 'safe' && { pushAesKey }) }],
      settings: {
        database: databaseSettings(url),
      },
    })
  })
  afterEach(async () => {
    await server.close()
    await database.drop()
  })

  it('gives the right of a clean one with any bytes in its free text', async () => {
    const kinds = fc.constantFrom('text', 'card', 'entered')
    await fc.assert(
      fc.asyncProperty(
        kinds,
        fc.constantFrom('xml', 'json'),
        broken,
        async (kind, format, bytes) => {
          const clean = pushOf(kind, format, Buffer.from('a'))
          const dirty = pushOf(kind, format, bytes)
          for (const { message } of [clean, dirty]) {
            const { status, text } = await post(mode, message)
            expect([status, text]).toEqual([200, 'success'])
          }
          const uses = await usesOf(clean.openId)
          expect(uses).toBe(kind === 'entered' ? 1 : 5)
          expect(await usesOf(dirty.openId)).toBe(uses)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('is refused with a broken id, and gives nothing', async () => {
    const { openId, message } = pushOf('text', 'json', Buffer.from('a'))
    const at = message.indexOf(openId) + openId.length
    const parts = [message.subarray(0, at), Buffer.of(0xe6, 0xba), message.subarray(at)]
    expect((await post(mode, Buffer.concat(parts))).status).toBe(403)
    expect(await usesOf(openId)).toBe(0)
  })
})
