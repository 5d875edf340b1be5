/**
 * JSON as the platform writes it: not always JSON by RFC 8259, and with integers that JavaScript
 * rounds. One reader, for replies and for pushes.
 */
import { parseObject } from './encoding.ts'
import type { JsonObject } from './encoding.ts'

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
  const { depth, text } = repair(object)
  if (depth > (limits.depth ?? Infinity)) return undefined
  return parseObject(text)
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
 * A token of JSON: a string, a mark, or a number or word. A string without its end matches too:
 * a search for other tokens in the rest would be quadratic.
 */
const token = /"[^"\\]*(?:\\.[^"\\]*)*"?|[{}[\]]|[^\s"{}[\]:,]+/gs

function repair(source: string): { depth: number; text: string } {
  let level = 0
  let depth = 0
  const text = source.replaceAll(token, (one) => {
    switch (one[0]) {
      case '"':
        return brokenString.test(one) ? one.replaceAll(brokenPart, repairPart) : one
      case '{':
      case '[':
        depth = Math.max(depth, ++level)
        return one
      case '}':
      case ']':
        level--
        return one
      default:
        return isRounded(one) ? `"${one}"` : one
    }
  })
  return { depth, text }
}

/* eslint-disable no-control-regex */
const brokenString = /[\u0000-\u001f\\]/
/** A raw control character, or an escape. */
const brokenPart = /[\u0000-\u001f]|\\(?:u[\dA-Fa-f]{4}|u|[^])/g

function repairPart(part: string): string {
  if (/^\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})$/.test(part)) return part
  if (!part.startsWith('\\')) return escaped(part)
  // The character behind a broken escape stays, escaped where JSON does not take it raw.
  return `\\ufffd${part === '\\u' ? 'u' : escaped(part.slice(1))}`
}

const escaped = (character: string) => JSON.stringify(character).slice(1, -1)

const isRounded = (word: string): boolean =>
  /^-?[1-9]\d{15,}$/.test(word) && !Number.isSafeInteger(Number(word))
