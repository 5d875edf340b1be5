/**
 * Places for calls to WeChat. So many messages are written ahead of a place that none is empty
 * meanwhile; a message that is ready waits for its place for a bounded time.
 */
import { sendingRules } from '../rules/broadcasts.ts'
import type { MonotonicClock } from '../runtime/world.ts'

export interface Places {
  /** Whether a message may be prepared now. */
  hasRoom(): boolean
  /** How many messages may be prepared now, or will be within half the time that one may wait. */
  room(): number
  prepare(): Place
}

/** What one message has of the places. */
export interface Place {
  /** Its message is written. Resolves with whether it may call: false after too long a wait. */
  turn(): Promise<boolean>
  /** Gives up what it has. May be called again. */
  end(): void
}

/** @param onRoom called whenever there may be room */
export function createPlaces(
  count: number,
  { now, after }: Pick<MonotonicClock, 'now' | 'after'>,
  onRoom: () => void,
): Places {
  const { turnWithinMs, readyAhead } = sendingRules
  let preparing = 0
  let calling = 0
  /** In the order in which they came. */
  const waiting = new Set<() => void>()
  /** When calls ended lately. */
  const ended: number[] = []
  const prepareMs = createRecentMean()
  const callMs = createRecentMean()

  /** By Little's law. None where calls are slow: what is ready would wait for too long. */
  const ahead = () =>
    callMs.value > turnWithinMs
      ? 0
      : Math.min(readyAhead, Math.ceil((count * prepareMs.value) / callMs.value || 0))

  const free = () => count + ahead() - preparing - calling

  function begin(): true {
    preparing -= 1
    calling += 1
    return true
  }

  function take(): Promise<boolean> {
    if (calling < count) return Promise.resolve(begin())
    return new Promise((resolve) => {
      const enter = () => {
        cancel()
        waiting.delete(enter)
        resolve(begin())
      }
      const cancel = after(turnWithinMs, () => {
        waiting.delete(enter)
        resolve(false)
      })
      waiting.add(enter)
    })
  }

  return {
    hasRoom: () => free() > 0,
    room() {
      const sinceMs = now() - turnWithinMs / 2
      while (ended.length > 0 && ended[0]! < sinceMs) ended.shift()
      return free() + Math.min(2 * count, ended.length)
    },
    prepare() {
      let state: 'preparing' | 'calling' | 'ended' = 'preparing'
      let sinceMs = now()
      preparing += 1
      return {
        async turn() {
          prepareMs.add(now() - sinceMs)
          const taken = take()
          // More are prepared ahead where this one took longer than others.
          onRoom()
          const isMine = await taken
          if (isMine) state = 'calling'
          sinceMs = now()
          return isMine
        },
        end() {
          if (state === 'preparing') preparing -= 1
          if (state === 'calling') {
            ended.push(now())
            callMs.add(now() - sinceMs)
            calling -= 1
            const [next] = waiting
            next?.()
          }
          state = 'ended'
          onRoom()
        },
      }
    },
  }
}

/** The mean of some last values, of which the newest count most. */
function createRecentMean() {
  let value: number | undefined
  return {
    get value() {
      return value ?? 0
    },
    add(next: number) {
      value = value === undefined ? next : value + (next - value) / 16
    },
  }
}
