/** Requests that anybody can post, because the address is not secret. */
import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { checkAddress, openPush } from '../../../server/verify/push/open-push.ts'
import {
  encryptPush,
  nowMs,
  plainPush,
  plainSettings,
  settings,
  signed,
  text,
  xmlOf,
} from './platform.ts'

const messages = [JSON.stringify(text), xmlOf(text)]
const modes = ['safe', 'compatible'] as const
const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array))
const word = fc.oneof(fc.string({ unit: 'binary' }), fc.base64String(), fc.constant(undefined))
const parameter = fc.oneof(word, fc.array(word))
const queries = fc.record({
  signature: parameter,
  msg_signature: parameter,
  timestamp: fc.oneof(parameter, fc.constant('1714112445')),
  nonce: parameter,
  echostr: parameter,
})

/** One byte changed, removed or inserted. */
const mutations = fc.record({
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  byte: fc.integer({ min: 1, max: 255 }),
  how: fc.constantFrom('flip', 'cut', 'insert', 'end'),
})
type Mutation = { at: number; byte: number; how: string }

function mutated(original: Buffer, { at, byte, how }: Mutation): Buffer {
  const index = Math.floor(at * original.length)
  const head = original.subarray(0, index)
  const tail = original.subarray(index + 1)
  const changed = Buffer.of(original[index]! ^ byte)
  if (how === 'flip') return Buffer.concat([head, changed, tail])
  if (how === 'cut') return Buffer.concat([head, tail])
  if (how === 'insert') return Buffer.concat([head, Buffer.of(byte), original.subarray(index)])
  return head
}

describe('a forger without the token', () => {
  it('gets nothing accepted with random bytes and words, and causes no exception', () => {
    fc.assert(
      fc.property(bytes, queries, fc.constantFrom('plain', ...modes), (raw, query, mode) => {
        const opened = openPush({ raw, query, settings: { ...settings, mode }, nowMs })
        expect(opened.ok).toBe(false)
        expect(checkAddress({ token: settings.token, query })).toBeUndefined()
      }),
      { numRuns: 1_000 },
    )
  })

  it('gets no other message accepted by changing a byte of an encrypted one', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...messages),
        mutations,
        fc.constantFrom(...modes),
        (message, mutation, mode) => {
          const push = encryptPush(message)
          const { raw, query } = push
          const encryptBegins = raw.indexOf('"Encrypt"')
          const changed = Buffer.concat([
            raw.subarray(0, encryptBegins),
            mutated(raw.subarray(encryptBegins), mutation),
          ])
          // A change outside the ciphertext, such as a space, is no forgery.
          fc.pre(!sameEncrypt(changed, raw))
          const opened = openPush({ raw: changed, query, settings: { ...settings, mode }, nowMs })
          expect(opened.ok).toBe(false)
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('gets nothing accepted by changing a character of the query', () => {
    const names = ['timestamp', 'nonce', 'msg_signature'] as const
    fc.assert(
      fc.property(fc.constantFrom(...names), mutations, (name, mutation) => {
        const { raw, query } = encryptPush(messages[0]!)
        const value = mutated(Buffer.from(query[name]), mutation).toString('latin1')
        const opened = openPush({ raw, query: { ...query, [name]: value }, settings, nowMs })
        expect(opened.ok).toBe(false)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a forger with the token', () => {
  it('causes no exception with a ciphertext of random blocks, and gets nothing accepted', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 320 }), fc.boolean(), (array, whole) => {
        const end = whole ? array.length - (array.length % 32) : array.length
        const encrypt = Buffer.from(array.subarray(0, end)).toString('base64')
        expect(openPush({ ...signed(encrypt), settings, nowMs }).ok).toBe(false)
      }),
      { numRuns: 1_000 },
    )
  })

  it('causes no exception with a message changed anywhere, in either format', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...messages),
        fc.array(mutations, { minLength: 1, maxLength: 5 }),
        (message, changes) => {
          const body = changes.reduce<Buffer>(
            (left, change) => (left.length ? mutated(left, change) : left),
            Buffer.from(message),
          )
          const plain = openPush({ ...plainPush(body), settings: plainSettings, nowMs })
          const sealed = openPush({ ...encryptPush(body), settings, nowMs })
          // The sender chooses the content; both modes must read the same from it.
          expect(sealed).toEqual(plain)
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it.each([
    ['braces', '{"a":'.repeat(13_000)],
    ['closed brackets', `{"a":${'['.repeat(32_000)}${']'.repeat(32_000)}}`],
    ['elements', '<a>'.repeat(21_000)],
    ['sections without an end', `<xml>${'<![CDATA['.repeat(7_000)}`],
    ['ampersands', `<xml><a>${'&'.repeat(65_000)}</a></xml>`],
    ['spaces in a tag', `<xml><a${' '.repeat(65_000)}`],
    ['quotes', `{"${'\\"'.repeat(32_000)}`],
  ])('costs linear time with many %s', (_, message) => {
    const push = plainPush(message)
    const started = performance.now()
    expect(openPush({ ...push, settings: plainSettings, nowMs }).ok).toBe(false)
    // Linear readers need a few milliseconds; a quadratic one over 64 KB needs seconds.
    expect(performance.now() - started).toBeLessThan(1_000)
  })
})

function sameEncrypt(changed: Buffer, original: Buffer): boolean {
  try {
    const encryptOf = (raw: Buffer) => (JSON.parse(raw.toString()) as { Encrypt?: string }).Encrypt
    return encryptOf(changed) === encryptOf(original)
  } catch {
    return false
  }
}
