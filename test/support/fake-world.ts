import {
  createAdvancingClock,
  systemRandom,
  type AdvancingClock,
  type World,
} from '../../server/runtime/world.ts'
import { createRecordedLog } from './logs/recorded-log.ts'

/** A world in which time passes only when the test says so. */
export interface FakeWorld extends World {
  clock: AdvancingClock
  monotonic: World['monotonic'] & { advance(ms: number): void }
  /** Every line that was logged, fields and message as one JSON text. */
  lines: string[]
}

export function createFakeWorld(nowMs = Date.UTC(2026, 0, 2, 3, 4, 5)): FakeWorld {
  let monotonicMs = 0
  const log = createRecordedLog()
  return {
    clock: createAdvancingClock(() => nowMs),
    monotonic: {
      now: () => monotonicMs,
      // The turn of the event loop lets others run while one waits in a loop.
      wait: (ms) => {
        monotonicMs += ms
        return new Promise((resolve) => setImmediate(resolve))
      },
      after: (ms, task) => {
        monotonicMs += ms
        const turn = setImmediate(task)
        return () => clearImmediate(turn)
      },
      advance: (ms) => void (monotonicMs += ms),
    },
    random: systemRandom,
    log,
    lines: log.lines,
  }
}
