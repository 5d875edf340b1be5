/** API keys of operators and other backends, and what each may do. */
import { createHash } from 'node:crypto'
import type { ApiKey, Scope } from './config.ts'

export interface ApiKeys {
  /** `undefined`: no such key. */
  scopesOf(key: string): ReadonlySet<Scope> | undefined
}

/**
 * Keys are looked up by their hash: how long a comparison takes then says nothing about a key, and none
 * stands in memory in clear longer than needed.
 */
export function createApiKeys(keys: readonly ApiKey[]): ApiKeys {
  const byHash = new Map(keys.map(({ key, scopes }) => [hash(key), new Set(scopes)]))
  return { scopesOf: (key) => byHash.get(hash(key)) }
}

const hash = (key: string) => createHash('sha256').update(key).digest('base64')
