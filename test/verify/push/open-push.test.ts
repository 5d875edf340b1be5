import { describe, expect, it } from '@jest/globals'
import { openPush, type OpenPushInput } from '../../../server/verify/push/open-push.ts'
import {
  encrypted,
  encryptPush,
  framed,
  padded,
  plainPush,
  nowMs,
  plainSettings,
  settings,
  sha1,
  signed,
  stamp,
  text,
  xmlOf,
} from './platform.ts'

const json = JSON.stringify(text)
const open = (input: Partial<OpenPushInput>) =>
  openPush({ raw: Buffer.alloc(0), query: {}, settings, nowMs, ...input })
const refused = (reason: string) => ({ ok: false, reason })
const accepted = { ok: true, push: { type: 'text', content: '你好', msgId: text.MsgId } }

describe('a push that the platform encrypted', () => {
  it.each(['safe', 'compatible'] as const)('opens in %s mode, as XML and as JSON', (mode) => {
    for (const message of [json, xmlOf(text)]) {
      const opened = open({ ...encryptPush(message), settings: { ...settings, mode } })
      expect(opened).toMatchObject(accepted)
    }
  })

  it('opens in an XML envelope', () => {
    const push = encryptPush(xmlOf(text))
    const { Encrypt } = JSON.parse(push.raw.toString()) as { Encrypt: string }
    const raw = Buffer.from(xmlOf({ ToUserName: 'gh_1', Encrypt }))
    expect(open({ ...push, raw })).toMatchObject({ ok: true, push: { format: 'xml' } })
  })

  it('is read from its encrypted part alone, whatever the other fields are', () => {
    const push = encryptPush(json)
    const beside = { ...text, ...JSON.parse(push.raw.toString()), FromUserName: 'forged' }
    const raw = Buffer.from(JSON.stringify(beside))
    const opened = open({ ...push, raw, settings: { ...settings, mode: 'compatible' } })
    expect(opened).toMatchObject({ ok: true, push: { fromUserName: text.FromUserName } })
  })

  it('is verified by msg_signature alone: signature covers no byte of the body', () => {
    const push = encryptPush(json)
    expect(open({ ...push, query: { ...push.query, signature: 'x' } })).toMatchObject(accepted)
    const another = encryptPush(json.replace('你好', '再见'))
    expect(open({ raw: another.raw, query: push.query })).toEqual(refused('bad_signature'))
    for (const msg_signature of [undefined, '', push.query.signature, [push.query.msg_signature]]) {
      const query = { ...push.query, msg_signature }
      expect(open({ ...push, query })).toEqual(refused('bad_signature'))
    }
  })

  it.each(['safe', 'compatible'] as const)('may not be plain in %s mode', (mode) => {
    const push = plainPush(json)
    const query = { ...push.query, msg_signature: push.query.signature, encrypt_type: 'raw' }
    const opened = open({ ...push, query, settings: { ...settings, mode } })
    expect(opened).toEqual(refused('not_encrypted'))
  })

  it('opens with the previous key during a rotation', () => {
    const aesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'
    const rotated = { ...settings, aesKey, previousAesKey: settings.aesKey }
    expect(open({ ...encryptPush(json, aesKey), settings: rotated })).toMatchObject(accepted)
    expect(open({ ...encryptPush(json), settings: rotated })).toMatchObject(accepted)
    const over = { ...settings, aesKey }
    expect(open({ ...encryptPush(json), settings: over })).toEqual(refused('undecryptable'))
  })

  it('for another app is refused, also when its id begins like ours', () => {
    for (const appId of ['wxffffffffffffffff', '', settings.appId.slice(1), `${settings.appId}0`]) {
      const push = signed(encrypted(padded(framed(json, appId))))
      expect(open(push)).toEqual(refused('foreign_app'))
    }
  })

  it('is refused while the settings have no key', () => {
    for (const aesKey of ['', 'A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(42)}=`]) {
      expect(open({ ...encryptPush(json), settings: { ...settings, aesKey } })).toEqual(
        refused('no_key'),
      )
    }
  })
})

describe('a push in plain mode', () => {
  const plain = { settings: plainSettings }

  it('opens, as XML and as JSON', () => {
    for (const message of [json, xmlOf(text), `\uFEFF${json}`, `\n${xmlOf(text)}\n`]) {
      expect(open({ ...plainPush(message), ...plain })).toMatchObject(accepted)
    }
  })

  it('is plain by our settings, not by the request', () => {
    expect(open({ ...encryptPush(json), ...plain })).toEqual(refused('encrypted'))
  })

  it('must be signed', () => {
    const push = plainPush(json)
    for (const signature of [undefined, '', 'x'.repeat(40), '你'.repeat(40), [], {}]) {
      const query = { ...push.query, signature, msg_signature: push.query.signature }
      expect(open({ ...push, ...plain, query })).toEqual(refused('bad_signature'))
    }
  })
})

describe('any push', () => {
  it('is stale when it was signed more than an hour ago or ahead', () => {
    const push = encryptPush(json)
    const at = Number(stamp.timestamp) * 1_000
    for (const offset of [-3_600_000, 0, 3_600_000]) {
      expect(open({ ...push, nowMs: at + offset })).toMatchObject(accepted)
    }
    for (const offset of [-3_600_001, 3_600_001, Number.NaN]) {
      expect(open({ ...push, nowMs: at + offset })).toEqual(refused('stale'))
    }
  })

  it('cannot be given a newer time by moving a digit of its nonce', () => {
    // The same joined text, 171411244 + 5…: the signed parts have no separators.
    const query = { ...encryptPush(json).query, timestamp: '171411244', nonce: '5415670741' }
    expect(open({ ...encryptPush(json), query })).toEqual(refused('bad_query'))
  })

  it('needs one timestamp and one nonce', () => {
    const push = encryptPush(json)
    for (const name of ['timestamp', 'nonce']) {
      for (const value of [undefined, '', [stamp.nonce, stamp.nonce], 1_714_112_445]) {
        const query = { ...push.query, [name]: value }
        expect(open({ ...push, query })).toEqual(refused('bad_query'))
      }
    }
    for (const timestamp of ['1714112445000', '1e9', '-1714112445', '0714112445', ' 1714112445']) {
      const opened = open(signed(encrypted(padded(framed(json))), { ...stamp, timestamp }))
      expect(opened).toEqual(refused('bad_query'))
    }
  })

  it('is refused while our token is empty, with which anybody could sign', () => {
    const signature = sha1('', stamp.timestamp, stamp.nonce)
    const opened = open({
      raw: Buffer.from(json),
      query: { ...stamp, signature },
      settings: { ...plainSettings, token: '' },
    })
    expect(opened).toEqual(refused('no_token'))
  })

  it('is refused above 64 KB, and read at 64 KB', () => {
    const room = 64 * 1_024 - Buffer.byteLength(json)
    const full = plainPush(json + ' '.repeat(room))
    expect(open({ ...full, settings: plainSettings })).toMatchObject(accepted)
    const over = plainPush(json + ' '.repeat(room + 1))
    expect(open({ ...over, settings: plainSettings })).toEqual(refused('too_large'))
  })

  it.each([
    ['nothing', ''],
    ['spaces', ' \n '],
    ['a word', 'success'],
    ['a number', '7'],
    ['null', 'null'],
    ['a list', '[{}]'],
    ['broken JSON', json.slice(0, -1)],
    ['broken XML', xmlOf(text).slice(0, -1)],
    ['bytes', Buffer.from([0, 1, 2, 0xff, 0xfe, 0])],
    ['another encoding', Buffer.from(json, 'utf16le')],
  ])('with %s is refused, encrypted or not', (_, message) => {
    expect(open({ ...plainPush(message), settings: plainSettings })).toEqual(refused('malformed'))
    expect(open(encryptPush(message))).toEqual(refused('malformed'))
    expect(open({ ...encryptPush(json), raw: Buffer.from(message) })).toEqual(refused('malformed'))
  })
})
