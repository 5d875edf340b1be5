import { scopes, type Scope } from '../../shared/codes.ts'
import type { Parsed } from './settings-reader.ts'

export interface ApiKey {
  key: string
  /** Default: all. */
  scopes: readonly Scope[]
}

/** `key,key:scope+scope`. Commas or line breaks stand between the keys. */
export function apiKeyList(value: string): Parsed<ApiKey[]> {
  const keys: ApiKey[] = []
  for (const [index, entry] of value.split(/[,\n]/).entries()) {
    const [key = '', words, ...rest] = entry.trim().split(':')
    const nth = `key number ${index + 1}`
    if (!/^[\x21-\x7e]+$/.test(key) || rest.length > 0) {
      return { problem: `has a ${nth} that is not valid in a header: write key:scope+scope` }
    }
    if (keys.some((other) => other.key === key)) return { problem: `names ${nth} twice` }
    const named = words?.split('+') ?? scopes
    if (!named.every(isScope)) {
      return { problem: `gives ${nth} a scope that is not one of ${scopes.join(', ')}` }
    }
    keys.push({ key, scopes: named })
  }
  return { value: keys }
}

const isScope = (word: string): word is Scope => (scopes as readonly string[]).includes(word)
