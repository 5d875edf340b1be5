import {
  createAdvancingClock,
  systemRandom,
  type AdvancingClock,
  type World,
} from '../../server/runtime/world.ts'

/** A world in which time passes only when the test says so. */
export interface FakeWorld extends World {
  clock: AdvancingClock
  monotonic: World['monotonic'] & { advance(ms: number): void }
  /** Every line that was logged, fields and message as one JSON text. */
  lines: string[]
}

export function createFakeWorld(nowMs = Date.UTC(2026, 0, 2, 3, 4, 5)): FakeWorld {
  let monotonicMs = 0
  const lines: string[] = []
  const write = (level: string) => (fields: object, message: string) =>
    void lines.push(JSON.stringify({ level, ...fields, message }))
  return {
    clock: createAdvancingClock(() => nowMs),
    monotonic: {
      now: () => monotonicMs,
      // The turn of the event loop lets others run while one waits in a loop.
      wait: (ms) => {
        monotonicMs += ms
        return new Promise((resolve) => setImmediate(resolve))
      },
      advance: (ms) => void (monotonicMs += ms),
    },
    random: systemRandom,
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    lines,
  }
}
