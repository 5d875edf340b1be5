/**
 * A phone that counts what the library asks of it. Storage copies by JSON, for not every test
 * runner has structuredClone; what it parses itself is not counted.
 */
import type { World } from '../../miniprogram/client/world'
import type { Platform } from '../../miniprogram/client/platform'

export interface CountingPhone {
  platform: Platform
  world: World
  reads: string[]
  writes: { key: string; bytes: number }[]
  requests: number
  /** Warnings of the library: the counts of a phone with any mean nothing. */
  warnings: string[]
  /** Runs it, and says how often JSON was parsed meanwhile. */
  parsesOf(task: () => void): number
  forget(): void
}

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value))

// Kept from before anybody counts.
const { parse, stringify } = JSON
const copy = (value: unknown): unknown => parse(stringify(value))

export function createCountingPhone(): CountingPhone {
  const values = new Map<string, unknown>()
  let time = 1_700_000_000_000
  let chance = 1
  const phone: CountingPhone = {
    reads: [],
    writes: [],
    requests: 0,
    warnings: [],
    platform: {
      // No reply: the phone is in a tunnel.
      request: () => void phone.requests++,
      login: () => {},
      getStorageSync(key) {
        phone.reads.push(key)
        return copy(values.get(key) ?? '')
      },
      setStorageSync(key, value) {
        phone.writes.push({ key, bytes: bytesOf(value) })
        values.set(key, copy(value))
      },
      removeStorageSync: (key) => void values.delete(key),
      getStorageInfoSync: () => ({ keys: [...values.keys()] }),
    },
    world: {
      // A tap a second: what comes quicker is one share.
      now: () => (time += 1000),
      random: () => (chance = (chance * 48271) % 2147483647) / 2147483647,
      after: () => () => {},
      app: () => ({}),
      pages: () => [{ route: 'pages/index/index', options: {} }],
      warn: (message) => void phone.warnings.push(message),
    },
    parsesOf(task) {
      let parses = 0
      JSON.parse = (...given: Parameters<typeof parse>) => {
        parses++
        return parse(...given)
      }
      try {
        task()
      } finally {
        JSON.parse = parse
      }
      return parses
    },
    forget() {
      phone.reads = []
      phone.writes = []
      phone.requests = 0
    },
  }
  return phone
}
