/** Time that moves only when a test advances it. */
export interface FakeClock {
  now(): number
  after(ms: number, task: () => void): () => void
  /** Moves time, runs due timers in order, and settles after each. */
  advance(ms: number): Promise<void>
  /** Runs everything that does not wait for time. */
  settle(): Promise<void>
  /** The wall clock jumps; timers are not affected. */
  jump(ms: number): void
  timers(): number
}

/** The timers of one life of the mini-program: they end with it; those of other lives go on. */
export interface Timers {
  after: FakeClock['after']
  end(): void
}

export function createTimers(clock: FakeClock): Timers {
  let ended = false
  const cancels: (() => void)[] = []
  return {
    after(ms, task) {
      if (ended) return () => {}
      const cancel = clock.after(ms, task)
      cancels.push(cancel)
      return cancel
    },
    end() {
      ended = true
      for (const cancel of cancels.splice(0)) cancel()
    },
  }
}

interface Timer {
  dueMs: number
  task: () => void
}

/** More than the longest chain of promises; nothing waits for real time. */
const turns = 200

export function createFakeClock(startMs = 1_700_000_000_000): FakeClock {
  let elapsedMs = 0
  let jumpedMs = 0
  let timers: Timer[] = []

  async function settle() {
    for (let turn = 0; turn < turns; turn++) await Promise.resolve()
  }

  return {
    now: () => startMs + elapsedMs + jumpedMs,
    after(ms, task) {
      const timer = { dueMs: elapsedMs + ms, task }
      timers.push(timer)
      return () => {
        timers = timers.filter((one) => one !== timer)
      }
    },
    async advance(ms) {
      const untilMs = elapsedMs + ms
      await settle()
      for (;;) {
        const next = timers
          .filter((timer) => timer.dueMs <= untilMs)
          .sort((a, b) => a.dueMs - b.dueMs)[0]
        if (!next) break
        timers = timers.filter((one) => one !== next)
        elapsedMs = Math.max(elapsedMs, next.dueMs)
        next.task()
        await settle()
      }
      elapsedMs = untilMs
      await settle()
    },
    settle,
    jump(ms) {
      jumpedMs += ms
    },
    timers: () => timers.length,
  }
}
