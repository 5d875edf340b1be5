/** Strict base64, SHA-256 digests, and the random tokens of sessions. */
import { hash } from 'node:crypto'
import { canonicalJson } from '../runtime/json.ts'
import type { Random } from '../runtime/world.ts'

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
