/**
 * The world, passed in: time, randomness and log; and waiting, trying again, sharing work and
 * caching on these clocks. There are two clocks (what the platform counts, and what this machine
 * counts), because moving the first in a test or in the sandbox must never make a lease look dead.
 */
import { randomBytes } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { day, minute } from '../rules/time.ts'

/** The platform's time: ends of credits, tokens, watermarks, daily quotas. */
export interface PlatformClock {
  /** Milliseconds since the epoch. */
  now(): number
  /**
   * Runs `task` once the clock reaches `dueMs`, also when it is advanced past it. Returns a cancel.
   */
  at(dueMs: number, task: () => void): () => void
}

/** This machine's time: leases, time-outs, backoff. Never goes backwards and has no date. */
export interface MonotonicClock {
  /** Milliseconds since an arbitrary origin. */
  now(): number
  /** Resolves after `ms`, or at once when the signal aborts. */
  wait(ms: number, signal?: AbortSignal): Promise<void>
  /** Runs `task` after `ms`. Returns a cancel: an AbortSignal would cost ten times as much. */
  after(ms: number, task: () => void): () => void
}

export type Random = (bytes: number) => Buffer

/** The server's log. Never a secret, a code, an openId, a key or a token. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface World {
  clock: PlatformClock
  monotonic: MonotonicClock
  random: Random
  log: Log
}

/** setTimeout takes at most a signed 32-bit number of milliseconds; a longer one fires at once. */
const longestTimeoutMs = 2 ** 31 - 1

export function createSystemClock(): PlatformClock {
  return { now: Date.now, at: (dueMs, task) => atTime(Date.now, dueMs, task) }
}

/**
 * A platform clock that runs with the system's and can be moved: for the demo, the sandbox
 * and tests.
 */
export interface AdvancingClock extends PlatformClock {
  /** Moves time ahead and runs, in order, what came due. Returns the new time. */
  advance(ms: number): number
  /** Sets the time, also back, and runs, in order, what came due. */
  moveTo(nowMs: number): void
  /** A new clock on the same base, which was not advanced. */
  another(): AdvancingClock
}

export function createAdvancingClock(base: () => number = Date.now): AdvancingClock {
  let aheadMs = 0
  const waiting = new Set<{ dueMs: number; run: () => void }>()
  const now = () => base() + aheadMs
  const advance = (ms: number) => {
    aheadMs += ms
    const due = [...waiting].filter((entry) => entry.dueMs <= now())
    for (const entry of due.sort((a, b) => a.dueMs - b.dueMs)) entry.run()
    return now()
  }
  return {
    now,
    at(dueMs, task) {
      const entry = { dueMs, run: () => {} }
      let cancelTimer = () => {}
      const cancel = () => {
        waiting.delete(entry)
        cancelTimer()
      }
      entry.run = () => {
        cancel()
        task()
      }
      waiting.add(entry)
      cancelTimer = atTime(now, dueMs, entry.run)
      return cancel
    },
    advance,
    moveTo: (nowMs) => void advance(nowMs - now()),
    another: () => createAdvancingClock(base),
  }
}

function atTime(now: () => number, dueMs: number, task: () => void): () => void {
  let timer: NodeJS.Timeout
  const arm = () => {
    const leftMs = Math.max(dueMs - now(), 0)
    // Early after the longest time-out, and when the clock was set back.
    const ring = () => (now() < dueMs ? arm() : task())
    timer = setTimeout(ring, Math.min(leftMs, longestTimeoutMs))
    // A process that ends must not wait for a token refresh.
    timer.unref()
  }
  arm()
  return () => clearTimeout(timer)
}

export function createMonotonicClock(): MonotonicClock {
  return {
    now: () => performance.now(),
    wait: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const done = () => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', done)
          resolve()
        }
        const timer = setTimeout(done, ms)
        signal?.addEventListener('abort', done, { once: true })
      }),
    after(ms, task) {
      const timer = setTimeout(task, ms)
      return () => clearTimeout(timer)
    },
  }
}

export const systemRandom: Random = (bytes) => randomBytes(bytes)

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }

/** Times leave as ISO 8601 in UTC. */
export const iso = (ms: number): string => new Date(ms).toISOString()

/** The minute of the local day, and that day's number since 1970. */
export function localTime(timeZone: string): (nowMs: number) => { day: number; minute: number } {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  return (nowMs) => {
    const parts = new Map(format.formatToParts(nowMs).map(({ type, value }) => [type, value]))
    const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type))
    return {
      day: Date.UTC(part('year'), part('month') - 1, part('day')) / day,
      minute: part('hour') * 60 + part('minute'),
    }
  }
}

/** How far a zone is east of UTC. */
export function zoneMinutes(timeZone: string, nowMs: number): number {
  const local = localTime(timeZone)(nowMs)
  return Math.round((local.day * day) / minute + local.minute - Math.floor(nowMs / minute))
}

/** The next midnight in a zone without summer time and of whole minutes, as Shanghai is. */
export function nextMidnightMs(nowMs: number, timeZone: string): number {
  const passedMs = localTime(timeZone)(nowMs).minute * minute + (nowMs % minute)
  return nowMs - passedMs + day
}

/** Days are counted in UTC. */
export const dayOf = (ms: number): number => Math.floor(ms / day)

/** The signal of a wait. It is made when it is read: most waits end without it. */
export type Waiting = Pick<AbortController, 'signal'>

/**
 * Resolves as `work`, or with `timed_out` after `ms`. The work itself goes on; the signal that it
 * is given aborts when nobody waits for it any more, and a later rejection is dropped.
 */
export function withTimeout<Result>(
  monotonic: Pick<MonotonicClock, 'after'>,
  ms: number,
  work: (waiting: Waiting) => Promise<Result>,
): Promise<Result | 'timed_out'> {
  const { waiting, end } = createWaiting()
  return new Promise((resolve, reject) => {
    const result = work(waiting)
    const cancel = monotonic.after(ms, () => {
      end()
      resolve('timed_out')
    })
    const settle = <Value>(by: (value: Value) => void) => {
      return (value: Value) => {
        cancel()
        end()
        by(value)
      }
    }
    result.then(settle(resolve), settle(reject))
  })
}

function createWaiting(): { waiting: Waiting; end(): void } {
  let controller: AbortController | undefined
  let hasEnded = false
  // With a reason: the default one is an error, and its stack costs more than the wait.
  const abort = () => controller?.abort('over')
  return {
    waiting: {
      get signal() {
        controller ??= new AbortController()
        if (hasEnded) abort()
        return controller.signal
      },
    },
    end() {
      hasEnded = true
      abort()
    },
  }
}

/** Resolves when the platform's clock reaches `atMs`, or at once when the signal aborts. */
export function until(
  clock: Pick<PlatformClock, 'now' | 'at'>,
  atMs: number,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted || atMs <= clock.now()) return Promise.resolve()
  return new Promise((resolve) => {
    const cancel = clock.at(atMs, done)
    function done() {
      cancel()
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done, { once: true })
  })
}

/** The wait after the first failure, and the longest one. */
interface Backoff {
  firstMs: number
  capMs: number
}

/** Doubles with each failure up to the cap. */
export const doublingMs = (failures: number, { firstMs, capMs }: Backoff): number =>
  Math.min(capMs, firstMs * 2 ** Math.max(failures - 1, 0))

/** Full jitter under a doubling cap: many callers that failed together do not return together. */
export function backoffMs(failures: number, random: Random, backoff: Backoff): number {
  const share = random(4).readUInt32BE() / 2 ** 32
  return Math.round(share * doublingMs(failures, backoff))
}

/**
 * As `items.map(map)`, in turns of `perTurn` items, between which other requests go on.
 */
export async function mapInTurns<Item, Result>(
  items: readonly Item[],
  perTurn: number,
  map: (item: Item, index: number) => Result,
): Promise<Result[]> {
  const results: Result[] = []
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % perTurn === 0) await setImmediate()
    results.push(map(item, index))
  }
  return results
}

/** Calls under way, by key: callers that ask for the same key meanwhile share one call. */
interface SingleFlight<Result> {
  /** The call under way for `key`, or the one that `call` begins. */
  run(key: string, call: () => Promise<Result>): Promise<Result>
  isRunning(key: string): boolean
  /** Resolves when the calls that are under way now have ended. Never rejects. */
  idle(): Promise<void>
}

export function createSingleFlight<Result>(): SingleFlight<Result> {
  const calls = new Map<string, Promise<Result>>()
  return {
    run(key, call) {
      const shared = calls.get(key)
      if (shared) return shared
      const begun = call().finally(() => calls.delete(key))
      calls.set(key, begun)
      return begun
    },
    isRunning: (key) => calls.has(key),
    async idle() {
      await Promise.allSettled(calls.values())
    },
  }
}

/** A bounded cache that drops the least recently used entry first. */
interface Cache<Value> {
  get(key: string): Value | undefined
  /** @param sinceMs when the value was read, by the monotonic clock. Default: now */
  set(key: string, value: Value, sinceMs?: number): void
  drop(isDropped: (value: Value) => boolean): void
}

export function createCache<Value extends object>(
  monotonic: Pick<MonotonicClock, 'now'>,
  limits: { entries: number; ageMs: number },
): Cache<Value> {
  // A Map keeps the order of insertion, so its first entry is the least recently used.
  const entries = new Map<string, { value: Value; untilMs: number }>()
  return {
    get(key) {
      const entry = entries.get(key)
      if (!entry) return undefined
      entries.delete(key)
      if (monotonic.now() >= entry.untilMs) return undefined
      entries.set(key, entry)
      return entry.value
    },
    set(key, value, sinceMs = monotonic.now()) {
      entries.delete(key)
      entries.set(key, { value, untilMs: sinceMs + limits.ageMs })
      if (entries.size <= limits.entries) return
      for (const oldest of entries.keys()) return void entries.delete(oldest)
    },
    drop(isDropped) {
      for (const [key, { value }] of entries) if (isDropped(value)) entries.delete(key)
    },
  }
}
