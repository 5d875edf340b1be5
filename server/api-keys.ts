/** API keys of operators and other backends, and what each may do. */
import { hash } from 'node:crypto'
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
  const byHash = new Map(keys.map(({ key, scopes }) => [hashOf(key), new Set(scopes)]))
  return { scopesOf: (key) => byHash.get(hashOf(key)) }
}

const hashOf = (key: string) => hash('sha256', key, 'base64')
