/**
 * Gathers what is asked at once into few statements: whatever came while the last ones ran goes with the next, so that
 * nobody waits for company, and a busy server pays one round trip and one sync of the disk for many. An optimisation for
 * engines that lie on one machine; where users lie on many, a statement over many users is one over many machines, and
 * each request had better go alone.
 */
import { StoreUnavailableError } from '../errors.ts'

export interface GatherOptions<Input, Result> {
  /** Of two inputs with the same key, the second waits until the first is done. */
  keyOf(input: Input): string | number
  together(inputs: Input[]): Promise<Result[]>
  /** Used when a group failed, since one of it may have spoilt it for all. */
  alone(input: Input): Promise<Result>
  /** Inputs in one group. */
  most: number
  /** Groups under way. */
  groups: number
}

interface Waiting<Input, Result> {
  input: Input
  key: string | number
  resolve(result: Result | Promise<Result>): void
  reject(error: unknown): void
}

export function createGather<Input, Result>(
  options: GatherOptions<Input, Result>,
): (input: Input) => Promise<Result> {
  const { keyOf, together, alone, most, groups } = options
  let waiting: Waiting<Input, Result>[] = []
  let underWay = 0
  let isScheduled = false
  const busy = new Set<string | number>()

  function schedule(): void {
    if (isScheduled || waiting.length === 0 || underWay === groups) return
    isScheduled = true
    setImmediate(start)
  }

  function start(): void {
    isScheduled = false
    const group = nextGroup()
    if (group.length === 0) return
    underWay += 1
    void run(group).finally(() => {
      underWay -= 1
      for (const { key } of group) busy.delete(key)
      schedule()
    })
    schedule()
  }

  function nextGroup(): Waiting<Input, Result>[] {
    const group: Waiting<Input, Result>[] = []
    const rest: Waiting<Input, Result>[] = []
    for (const one of waiting) {
      const fits = group.length < most && !busy.has(one.key)
      if (fits) busy.add(one.key)
      ;(fits ? group : rest).push(one)
    }
    waiting = rest
    return group
  }

  async function run(group: Waiting<Input, Result>[]): Promise<void> {
    try {
      const results = await together(group.map(({ input }) => input))
      group.forEach(({ resolve }, index) => resolve(results[index]!))
    } catch (error) {
      const isAway = error instanceof StoreUnavailableError
      await Promise.allSettled(
        group.map((one) =>
          isAway || group.length === 1
            ? one.reject(error)
            : alone(one.input).then(one.resolve, one.reject),
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
