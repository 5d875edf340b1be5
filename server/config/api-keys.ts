import { sha256 } from '../crypto/hashes.ts'
import type { Decoded } from './environment.ts'

/**
 * What a key may do.
 * - `send`: messages and the rights for them: payments, typing, media
 * - `read`: credits, messages, groups, shares, templates, metrics
 * - `token`: hands out the access_token
 * - `session`: makes sessions for users whom the operator has signed in
 * - `decrypt`: opens user data
 * - `admin`: changes templates, makes codes, opens channels
 */
export const scopes = ['send', 'read', 'token', 'session', 'decrypt', 'admin'] as const
export type Scope = (typeof scopes)[number]

export interface ApiKey {
  key: string
  /** All of them where the setting names none. */
  scopes: readonly Scope[]
}

/** `key,key:scope+scope` */
export function apiKeyList(value: string): Decoded<ApiKey[]> {
  const keys: ApiKey[] = []
  for (const [index, entry] of value.split(',').entries()) {
    const [key = '', words, ...rest] = entry.trim().split(':')
    const nth = `key number ${index + 1}`
    if (!/^[\x21-\x7e]+$/.test(key) || rest.length > 0) {
      return { wrong: `has a ${nth} that cannot stand in a header: write key:scope+scope` }
    }
    if (keys.some((other) => other.key === key)) return { wrong: `names ${nth} twice` }
    const named = words?.split('+') ?? scopes
    if (!named.every(isScope)) {
      return { wrong: `gives ${nth} a scope that is not one of ${scopes.join(', ')}` }
    }
    keys.push({ key, scopes: named })
  }
  return { value: keys }
}

const isScope = (word: string): word is Scope => (scopes as readonly string[]).includes(word)

export interface ApiKeys {
  /** `undefined`: no such key. */
  scopesOf(key: string): ReadonlySet<Scope> | undefined
}

/**
 * Keys are looked up by their hash: how long a comparison takes then says nothing about a key, and none
 * stands in memory in clear longer than needed.
 */
export function createApiKeys(keys: readonly ApiKey[]): ApiKeys {
  const byHash = new Map(keys.map((one) => [hashOf(one.key), new Set(one.scopes)]))
  return { scopesOf: (key) => byHash.get(hashOf(key)) }
}

const hashOf = (key: string) => sha256(key).toString('base64')
