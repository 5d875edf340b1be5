/**
 * Runs inputs of many callers together. Whatever arrives while the last batches run goes into the
 * next one, so that nobody waits for others to come, and a busy server needs one round trip and one
 * sync of the disk for many inputs. For engines on one machine: where users lie on many, a
 * statement over many users spans many machines, and single statements are faster.
 */
import { StoreUnavailableError } from '../store.ts'

interface BatcherOptions<Input, Result> {
  /** Of two inputs with the same key, the second waits until the first is done. */
  keyOf(input: Input): string | number
  /** Returns the results in the order of the inputs. */
  runBatch(inputs: Input[]): Promise<Result[]>
  /** Used when a batch failed, since one input may have failed it for all. */
  runOne(input: Input): Promise<Result>
  /** Inputs in a batch, at most. */
  maxInputs: number
  /** Batches that run at once, at most. */
  maxBatches: number
}

interface Waiting<Input, Result> {
  input: Input
  key: string | number
  resolve(result: Result | Promise<Result>): void
  reject(error: unknown): void
}

export function createBatcher<Input, Result>(
  options: BatcherOptions<Input, Result>,
): (input: Input) => Promise<Result> {
  const { keyOf, runBatch, runOne, maxInputs, maxBatches } = options
  let waiting: Waiting<Input, Result>[] = []
  let running = 0
  let isScheduled = false
  const busyKeys = new Set<string | number>()

  function schedule(): void {
    if (isScheduled || waiting.length === 0 || running === maxBatches) return
    isScheduled = true
    setImmediate(start)
  }

  function start(): void {
    isScheduled = false
    const batch = nextBatch()
    if (batch.length === 0) return
    running += 1
    void run(batch).finally(() => {
      running -= 1
      for (const { key } of batch) busyKeys.delete(key)
      schedule()
    })
    schedule()
  }

  function nextBatch(): Waiting<Input, Result>[] {
    const batch: Waiting<Input, Result>[] = []
    const rest: Waiting<Input, Result>[] = []
    for (const one of waiting) {
      const fits = batch.length < maxInputs && !busyKeys.has(one.key)
      if (fits) busyKeys.add(one.key)
      ;(fits ? batch : rest).push(one)
    }
    waiting = rest
    return batch
  }

  async function run(batch: Waiting<Input, Result>[]): Promise<void> {
    try {
      const results = await runBatch(batch.map(({ input }) => input))
      batch.forEach(({ resolve }, index) => resolve(results[index]!))
    } catch (error) {
      const isFinal = error instanceof StoreUnavailableError || batch.length === 1
      await Promise.allSettled(
        batch.map(({ input, resolve, reject }) =>
          isFinal ? reject(error) : runOne(input).then(resolve, reject),
        ),
      )
    }
  }

  return (input) =>
    new Promise((resolve, reject) => {
      waiting.push({ input, key: keyOf(input), resolve, reject })
      schedule()
    })
}
