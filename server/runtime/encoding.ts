/**
 * JSON from outside, JSON of the platform and canonical JSON, strict base64, SHA-256 digests, and
 * random tokens.
 */
import { hash } from 'node:crypto'
import type { Random } from './world.ts'

export type JsonObject = Record<string, unknown>

/** A JSON object: neither `null` nor an array. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Whether a value of JSON has no more levels of objects and arrays. `JSON.parse` reads 100,000 of
 * them, and `JSON.stringify` throws at some thousands.
 */
export function depthWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return levels > 0 && Object.values(value).every((inner) => depthWithin(inner, levels - 1))
}

/** The object that `text` holds; `undefined` when it is not JSON or not an object. */
function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** A field's name as a part of a JSON Pointer (RFC 6901). */
export const escapePointer = (name: string): string =>
  name.replaceAll('~', '~0').replaceAll('/', '~1')

/**
 * The JSON of a value with the fields of every object sorted by name, so that the same value has
 * one text in whatever order its fields came. Fields that are `undefined` are left out, and so is
 * `__proto__`, which no request has. Hashes of this text are stored: it must never change.
 */
const canonicalJson = (value: unknown): string => JSON.stringify(sorted(value))

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isObject(value)) return value
  const copy: JsonObject = {}
  for (const name of Object.keys(value).sort()) copy[name] = sorted(value[name])
  return copy
}

/**
 * Strict base64 (RFC 4648 §4, padded). `undefined` for everything else that Buffer would
 * accept: spaces where a form turned `+` into them, the URL alphabet, a missing end.
 */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.length > 0 && bytes.toString('base64') === text ? bytes : undefined
}

/** A session_key as WeChat writes it: 16 bytes of base64. */
export function decodeSessionKey(text: string): Buffer | undefined {
  const key = decodeBase64(text)
  return key?.length === 16 ? key : undefined
}

/** Also what is stored of a session token: it is random, so one fast pass is enough. */
export const sha256 = (text: string | Buffer): Buffer => hash('sha256', text, 'buffer')

/** In base64, as the key of a Map. */
export const sha256Text = (text: string): string => hash('sha256', text, 'base64')

/** The same request gives the same bytes, in whatever order its fields came. */
export const hashOfRequest = (value: unknown): Buffer => sha256(canonicalJson(value))

const tokenBytes = 32

/**
 * A session token: random and derived from nothing, so that it reveals no key and outlives none.
 */
export const makeToken = (random: Random): string => random(tokenBytes).toString('base64url')

// JSON as the platform writes it: not always JSON by RFC 8259, and with integers that JavaScript
// rounds. One reader, for replies and for pushes.

interface Limits {
  /** Braces and brackets within one another. Default: no limit. */
  depth?: number
}

/**
 * The object that `source` holds, or `undefined`. Never throws. More lenient than `JSON.parse` in
 * free text alone: a raw control character in a string is read as it is, and a broken escape
 * becomes U+FFFD. Structure is as strict as in JSON.
 *
 * An integer beyond 2^53 becomes the text of its digits: JSON.parse would round two neighbouring
 * ids to the same number.
 */
export function parsePlatformJson(source: string, limits: Limits = {}): JsonObject | undefined {
  const object = withoutBlanks(source)
  // An image is asked as well: most of its bytes need not be looked at.
  if (!object.startsWith('{')) return undefined
  if (limits.depth !== undefined && depthOf(object) > limits.depth) return undefined
  return parseObject(mayNeedRepair.test(object) ? repaired(object) : object)
}

/**
 * UTF-8, without its BOM. Invalid bytes become U+FFFD: the platform cuts free text by bytes, in the
 * middle of a character.
 */
export const decodeText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** Without a BOM, spaces and NULs around it: a NUL ends a C string. */
export function withoutBlanks(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text[start]!)) start++
  while (end > start && isBlank(text[end - 1]!)) end--
  return text.slice(start, end)
}

const isBlank = (character: string) => character === '\0' || character.trim() === ''

/** A whole number, also where the platform writes it as text. */
export function wholeOf(value: unknown): number | undefined {
  const isText = typeof value === 'string' && /^\s*-?\d+\s*$/.test(value)
  const number = isText ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined
}

/**
 * A string of JSON. One without its end matches too: a search for another in the rest would be
 * quadratic.
 */
const string = '"[^"\\\\]*(?:\\\\.[^"\\\\]*)*"?'
const stringOrBracket = new RegExp(`${string}|[{}[\\]]`, 'gs')
/** Words too short to be a rounded number are left out: each match costs a call. */
const stringOrLongWord = new RegExp(`${string}|[^\\s"{}[\\]:,]{16,}`, 'gs')

function depthOf(source: string): number {
  let level = 0
  let depth = 0
  for (const [one] of source.matchAll(stringOrBracket)) {
    if (one === '{' || one === '[') depth = Math.max(depth, ++level)
    else if (one === '}' || one === ']') level--
  }
  return depth
}

/* eslint-disable no-control-regex */
/** Also true of line breaks between fields, and of escapes that JSON has: no harm but time. */
const mayNeedRepair = /[\u0000-\u001f\\]|\d{16}/

const repaired = (source: string): string =>
  source.replaceAll(stringOrLongWord, (one) => {
    if (one.startsWith('"')) return repairedString(one)
    return isRounded(one) ? `"${one}"` : one
  })

/**
 * Escapes raw control characters. The backslash of an escape that JSON lacks becomes U+FFFD, and
 * the character behind it stays. A loop, because a reply may hold 100,000 of them: a callback for
 * each takes several times as long.
 */
function repairedString(text: string): string {
  let all = ''
  let copied = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === backslash && isEscape(text, at)) {
      at++
    } else if (code === backslash || code < 0x20) {
      all += text.slice(copied, at) + (code === backslash ? '\\ufffd' : controlEscapes[code])
      copied = at + 1
    }
  }
  return all + text.slice(copied)
}

const backslash = 0x5c

/** Whether JSON has the escape whose backslash is at `at`. */
function isEscape(text: string, at: number): boolean {
  if (text[at + 1] !== 'u') return '"\\/bfnrt'.includes(text[at + 1]!)
  return /^[\dA-Fa-f]{4}$/.test(text.slice(at + 2, at + 6))
}

const controlEscapes = Array.from(
  { length: 0x20 },
  (_, code) => `\\u${code.toString(16).padStart(4, '0')}`,
)

const isRounded = (word: string): boolean =>
  /^-?[1-9]\d{15,}$/.test(word) && !Number.isSafeInteger(Number(word))
