/** JSON from outside and canonical JSON, strict base64, SHA-256 digests, and random tokens. */
import { hash } from 'node:crypto'
import type { Random } from './world.ts'

export type JsonObject = Record<string, unknown>

/** A JSON object: neither `null` nor an array. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The object that `text` holds; `undefined` when it is not JSON or not an object. */
export function parseObject(text: string): JsonObject | undefined {
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
 * one text in whatever order its fields came. Fields that are `undefined` are left out. Hashes of
 * this text are stored: it must never change.
 */
const canonicalJson = (value: unknown): string => JSON.stringify(sorted(value))

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isObject(value)) return value
  const names = Object.keys(value).sort()
  return Object.fromEntries(names.map((name) => [name, sorted(value[name])]))
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
export const sha256 = (text: string): Buffer => hash('sha256', text, 'buffer')

/** The same request gives the same bytes, in whatever order its fields came. */
export const hashOfRequest = (value: unknown): Buffer => sha256(canonicalJson(value))

const tokenBytes = 32

/**
 * A session token: random and derived from nothing, so that it reveals no key and outlives none.
 */
export const makeToken = (random: Random): string => random(tokenBytes).toString('base64url')
