/** Feeds one target with inputs, and watches for exceptions, slow inputs and growing memory. */
import * as fc from 'fast-check'
import { startHoldTimer } from '../support/hold-timer.ts'
import type { FuzzTarget } from './targets/target.ts'

/** An input that takes longer would hold the event loop, and everybody else's requests with it. */
export const maxMs = 50
/** A machine pauses now and then: an input is slow only if it is so each time. */
const tries = 5
/** Growth from the middle of a run to its end. */
export const maxGrowthBytes = 8 * 2 ** 20
/** Inputs that share a seed: a round is repeated by its own. */
export const roundInputs = 200

export interface FuzzOptions {
  seed: number
  /** Ends the run: after so many inputs, or so many seconds. */
  limit: { inputs: number } | { seconds: number }
  /** Collects garbage. Without it, memory is not watched. */
  gc?: (() => void) | undefined
  /** Milliseconds. Default: the machine's. */
  now?: () => number
  /** Starts to measure. The result tells the milliseconds since. Default: `startHoldTimer`. */
  startTimer?: () => () => number
  /** Called before each round, with its seed: what is known of an input that never ends. */
  onRound?: (seed: number) => void
}

export interface FuzzReport {
  target: string
  inputs: number
  tookMs: number
  slowestMs: number
  /** How often each outcome came. */
  outcomes: Record<string, number>
  /** `undefined`: not watched. */
  growthBytes?: number | undefined
  failure?: FuzzFailure
}

export interface FuzzFailure {
  /** Repeats the round. */
  seed: number
  message: string
  /** The input as it was found. */
  input: string
  /** A smaller input that fails too. */
  smallest: string
}

export async function fuzz(target: FuzzTarget, options: FuzzOptions): Promise<FuzzReport> {
  const { seed, limit, gc, now = () => performance.now(), onRound } = options
  const { startTimer = startHoldTimer } = options
  const startedMs = now()
  const outcomes: Record<string, number> = {}
  let inputs = 0
  let slowestMs = 0
  let middleBytes: number | undefined

  const share = () =>
    'inputs' in limit ? inputs / limit.inputs : (now() - startedMs) / (limit.seconds * 1_000)
  const report = (more: Partial<FuzzReport> = {}): FuzzReport => ({
    target: target.name,
    inputs,
    tookMs: now() - startedMs,
    slowestMs,
    outcomes,
    ...more,
  })

  for (let round = 0; share() < 1; round++) {
    const roundSeed = (seed + round) | 0
    onRound?.(roundSeed)
    const size = 'inputs' in limit ? Math.min(roundInputs, limit.inputs - inputs) : roundInputs
    for (const input of fc.sample(target.inputs, { seed: roundSeed, numRuns: size })) {
      const result = await readOnce(target, input, startTimer)
      inputs += 1
      if ('error' in result) {
        return report({
          failure: await failureOf(target, input, roundSeed, result.error, startTimer),
        })
      }
      slowestMs = Math.max(slowestMs, result.tookMs)
      outcomes[result.outcome] = (outcomes[result.outcome] ?? 0) + 1
    }
    if (share() >= 0.5) middleBytes ??= usedBytes(gc)
  }
  const endBytes = usedBytes(gc)
  const growthBytes =
    endBytes === undefined || middleBytes === undefined ? undefined : endBytes - middleBytes
  return report({ growthBytes })
}

type Result = { outcome: string; tookMs: number } | { error: unknown }

type StartTimer = NonNullable<FuzzOptions['startTimer']>

async function readOnce(
  target: FuzzTarget,
  input: unknown,
  startTimer: StartTimer,
): Promise<Result> {
  let fastestMs = Infinity
  try {
    for (let attempt = 0; attempt < tries; attempt++) {
      const tookMs = startTimer()
      const outcome = await target.read(input)
      fastestMs = Math.min(fastestMs, tookMs())
      if (!target.outcomes.includes(outcome)) {
        return { error: new Error(`An outcome that no page promises: ${outcome}`) }
      }
      if (fastestMs <= maxMs) return { outcome, tookMs: fastestMs }
    }
    return { error: new Error(`Takes ${Math.round(fastestMs)} ms, and ${maxMs} are allowed`) }
  } catch (error) {
    return { error }
  }
}

async function failureOf(
  target: FuzzTarget,
  input: unknown,
  seed: number,
  error: unknown,
  startTimer: StartTimer,
): Promise<FuzzFailure> {
  const fails = async (one: unknown) => 'error' in (await readOnce(target, one, startTimer))
  const property = fc.asyncProperty(target.inputs, async (one) => !(await fails(one)))
  const { counterexample } = await fc.check(property, {
    seed,
    numRuns: roundInputs,
    interruptAfterTimeLimit: 20_000,
  })
  return {
    seed,
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    input: fc.stringify(input),
    smallest: fc.stringify(counterexample ? counterexample[0] : input),
  }
}

/** What is in use after garbage is collected: objects, and bytes outside of the heap. */
function usedBytes(gc: (() => void) | undefined): number | undefined {
  if (!gc) return undefined
  gc()
  gc()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
