/**
 * A phone that counts the library's calls. Its storage copies values by JSON, because not every
 * test runner has structuredClone; these calls of JSON.parse are not counted.
 */
import type { World } from '../../miniprogram/client/world'
import type { Platform } from '../../miniprogram/client/platform'

export interface CountingPhone {
  platform: Platform
  world: World
  reads: string[]
  writes: { key: string; bytes: number }[]
  requests: number
  /** Warnings of the library. Counts are valid only without any. */
  warnings: string[]
  /** Runs the task. @returns how often it called JSON.parse */
  parsesOf(task: () => void): number
  /** Sets the counts to zero. */
  reset(): void
}

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value))

// The original functions, which `parsesOf` replaces.
const { parse, stringify } = JSON
const copy = (value: unknown): unknown => parse(stringify(value))

export function createCountingPhone(): CountingPhone {
  const values = new Map<string, unknown>()
  let time = 1_700_000_000_000
  let seed = 1
  const phone: CountingPhone = {
    reads: [],
    writes: [],
    requests: 0,
    warnings: [],
    platform: {
      // No reply, as without a network.
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
      // One second per reading: the library merges taps that follow each other faster.
      now: () => (time += 1000),
      random: () => (seed = (seed * 48271) % 2147483647) / 2147483647,
      after: () => () => {},
      app: () => ({}),
      pages: () => [{ route: 'pages/index/index', options: {} }],
      warn: (message) => void phone.warnings.push(message),
    },
    parsesOf(task) {
      let parses = 0
      JSON.parse = (...args: Parameters<typeof parse>) => {
        parses++
        return parse(...args)
      }
      try {
        task()
      } finally {
        JSON.parse = parse
      }
      return parses
    },
    reset() {
      phone.reads = []
      phone.writes = []
      phone.requests = 0
    },
  }
  return phone
}
