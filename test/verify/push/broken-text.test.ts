/**
 * A push opens the user's window although its free text is broken; ids and structure are strict.
 */
import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { openPush } from '../../../server/verify/push/open-push.ts'
import { encryptPush, nowMs, plainPush, plainSettings, settings, text, xmlOf } from './platform.ts'

const mark = 'MARK'
const entered = {
  ToUserName: text.ToUserName,
  FromUserName: text.FromUserName,
  CreateTime: text.CreateTime,
  MsgType: 'event',
  Event: 'user_enter_tempsession',
}
const sources = [
  ['Content of a text in JSON', JSON.stringify({ ...text, Content: mark })],
  ['Content of a text in XML', xmlOf({ ...text, Content: mark })],
  ['SessionFrom in JSON', JSON.stringify({ ...entered, SessionFrom: mark })],
  ['SessionFrom in XML', xmlOf({ ...entered, SessionFrom: mark })],
] as const

/** The message with these bytes in place of its free text. */
function withText(source: string, bytes: Uint8Array): Buffer {
  const [before = '', after = ''] = source.split(mark)
  return Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)])
}

/** The message opened in every mode. */
function opened(message: Buffer) {
  const plain = openPush({ ...plainPush(message), settings: plainSettings, nowMs })
  const encrypted = (['safe', 'compatible'] as const).map((mode) =>
    openPush({ ...encryptPush(message), settings: { ...settings, mode }, nowMs }),
  )
  for (const other of encrypted) expect(other).toEqual(plain)
  return plain
}

/** The free text of a push that counts. */
function readText(message: Buffer): string {
  const result = opened(message)
  if (!result.ok) throw new Error(result.reason)
  const { push } = result
  expect(push).toMatchObject({
    fromUserName: text.FromUserName,
    createTimeMs: text.CreateTime * 1_000,
  })
  if (push.type === 'text') return push.content
  if (push.type === 'user_enter_tempsession') return push.sessionFrom
  throw new Error(push.type)
}

describe.each(sources)('a push whose broken text is the %s', (_name, source) => {
  it.each([
    ['cut in the middle of a character', [0xe6, 0x9d, 0xa5, 0xe6, 0xba], '来\uFFFD'],
    ['cut after one byte of an emoji', [0x61, 0xf0], 'a\uFFFD'],
    ['a continuation byte alone', [0x61, 0x80, 0x62], 'a\uFFFDb'],
    ['an emoji in CESU-8', [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80], '\uFFFD'.repeat(6)],
    ['bytes of GBK', [0xc4, 0xe3], '\uFFFD\uFFFD'],
    ['a raw line feed', [0x61, 0x0a, 0x62], 'a\nb'],
    ['a raw tabulator', [0x61, 0x09, 0x62], 'a\tb'],
    ['a raw control character', [0x61, 0x1d, 0x62], 'a\x1db'],
    ['a raw NUL', [0x61, 0x00, 0x62], 'a\0b'],
  ])('counts with %s', (_what, bytes, read) => {
    expect(readText(withText(source, Buffer.from(bytes)))).toBe(read)
  })

  it('counts with any bytes that end neither the text nor an escape', () => {
    const closing = new Set([...'"\\<]'].map((character) => character.codePointAt(0)!))
    const bytes = fc.uint8Array({ maxLength: 60 }).map((all) => all.filter((b) => !closing.has(b)))
    fc.assert(
      fc.property(bytes, (inserted) => {
        const read = readText(withText(source, inserted))
        expect(read).toBe(new TextDecoder('utf-8', { ignoreBOM: true }).decode(inserted))
      }),
      { numRuns: 300 },
    )
  })

  it('counts with a BOM, blank lines and a trailing NUL around it', () => {
    const message = withText(source, Buffer.from('a'))
    const around = [Buffer.from('\uFEFF\r\n'), message, Buffer.from('\n\0\0')]
    expect(readText(Buffer.concat(around))).toBe('a')
  })
})

describe('a push in JSON', () => {
  it.each([
    ['an escape that JSON lacks', String.raw`a\x1d\'b`, `a\uFFFDx1d\uFFFD'b`],
    ['an escape cut in its digits', String.raw`a\u4e`, 'a\uFFFDu4e'],
    ['half of an escaped emoji', String.raw`a\ud83d`, 'a\ud83d'],
    ['escapes that JSON has', String.raw`\"\\\/\b\f\n\r\t来`, '"\\/\b\f\n\r\t来'],
  ])('counts with %s', (_, written, read) => {
    expect(readText(withText(sources[0][1], Buffer.from(written)))).toBe(read)
  })
})

describe('a push whose id is broken', () => {
  const broken = Buffer.from([0xe6, 0xba])
  it.each(['FromUserName', 'CreateTime', 'MsgType', 'MsgId'])('in %s is malformed', (name) => {
    for (const write of [JSON.stringify, xmlOf]) {
      const fields = { ...text, [name]: `${text[name as keyof typeof text]}${mark}` }
      expect(opened(withText(write(fields), broken))).toMatchObject({
        ok: false,
        reason: 'malformed',
      })
    }
  })
})

describe('a push whose structure is broken', () => {
  it.each([
    ['a control character between fields', JSON.stringify(text).replace(',', ',\x01')],
    ['a broken byte between fields', JSON.stringify(text).replace(',', `,${mark}`)],
    ['a broken byte between elements', xmlOf(text).replace('<MsgType>', `${mark}<MsgType>`)],
    ['a broken byte in the name of an element', xmlOf(text).replace('MsgType>', `MsgT${mark}ype>`)],
    ['no end', JSON.stringify(text).slice(0, -2)],
  ])('by %s is malformed', (_, source) => {
    const message = source.includes(mark) ? withText(source, Buffer.of(0xff)) : Buffer.from(source)
    expect(opened(message)).toMatchObject({ ok: false, reason: 'malformed' })
  })
})
