/**
 * Sessions of the web console. Each is in its cookie, sealed: the hash of an API key and an end. No
 * table holds them, and the key is looked up at each request, so that a session ends with its key.
 */
import type { Seal } from '../crypto/seal.ts'
import { consoleRules } from '../rules/console.ts'
import { sha256 } from '../runtime/encoding.ts'
import type { PlatformClock } from '../runtime/world.ts'

export interface ConsoleSessions {
  /** @param endsAtMs of the key. Default: it has no end */
  begin(apiKey: string, endsAtMs?: number): { value: string; lastsMs: number; endsAtMs: number }
  /** `undefined`: it has ended, or is none of this server. */
  open(value: string): OpenSession | undefined
}

export interface OpenSession {
  keyHash: Buffer
  endsAtMs: number
}

/** Nothing of another owner opens as a session, nor a session as anything else. */
const owner = { appId: ':console', openId: ':session' }
const hashBytes = 32
const endBytes = 6

export function createConsoleSessions({
  seal,
  clock,
  lastsMs: longestMs = consoleRules.sessionLastsMs,
}: {
  seal: Pick<Seal, 'seal' | 'open'>
  clock: Pick<PlatformClock, 'now'>
  lastsMs?: number
}): ConsoleSessions {
  return {
    begin(apiKey, keyEndsAtMs = Infinity) {
      const nowMs = Math.floor(clock.now())
      const endsAtMs = Math.min(nowMs + longestMs, keyEndsAtMs)
      const end = Buffer.alloc(endBytes)
      end.writeUIntBE(endsAtMs, 0, endBytes)
      const value = seal.seal(Buffer.concat([end, sha256(apiKey)]), owner).toString('base64url')
      return { value, endsAtMs, lastsMs: endsAtMs - nowMs }
    },
    open(value) {
      const plain = seal.open(Buffer.from(value, 'base64url'), owner)
      if (plain?.length !== endBytes + hashBytes) return undefined
      const endsAtMs = plain.readUIntBE(0, endBytes)
      if (endsAtMs <= clock.now()) return undefined
      return { keyHash: plain.subarray(endBytes), endsAtMs }
    },
  }
}
