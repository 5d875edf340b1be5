/** A phone that counts what the library asks of it. Storage copies by structure, as the platform does: no JSON of ours. */
import type { Platform } from '../../miniprogram/client/platform'
import type { World } from '../../miniprogram/client/world'

export interface CountingPhone {
  platform: Platform
  world: World
  reads: string[]
  writes: { key: string; bytes: number }[]
  requests: number
  /** Runs it, and says how often JSON was parsed meanwhile. */
  parsesOf(task: () => void): number
  forget(): void
}

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value))

export function createCountingPhone(): CountingPhone {
  const values = new Map<string, unknown>()
  let time = 1_700_000_000_000
  let chance = 1
  const phone: CountingPhone = {
    reads: [],
    writes: [],
    requests: 0,
    platform: {
      // Nobody answers: the phone is in a tunnel.
      request: () => void phone.requests++,
      getStorageSync(key) {
        phone.reads.push(key)
        return structuredClone(values.get(key) ?? '')
      },
      setStorageSync(key, value) {
        phone.writes.push({ key, bytes: bytesOf(value) })
        values.set(key, structuredClone(value))
      },
      removeStorageSync: (key) => void values.delete(key),
    },
    world: {
      // A tap a second: what comes quicker is one share.
      now: () => (time += 1000),
      random: () => (chance = (chance * 48271) % 2147483647) / 2147483647,
      after: () => () => {},
      pages: () => [{ route: 'pages/index/index', options: {} }],
      warn: () => {},
    },
    parsesOf(task) {
      const { parse } = JSON
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
