import { describe, expect, it } from '@jest/globals'
import { createWorker } from '../../server/worker/worker.ts'
import { createFakeWorld } from '../support/fake-world.ts'

/** A world whose waits end when the test ends them, or when they are aborted. */
function createPatientWorld() {
  const world = createFakeWorld()
  const waits: { ms: number; end: () => void }[] = []
  const wait = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((end) => {
      waits.push({ ms, end })
      signal?.addEventListener('abort', () => end())
      if (signal?.aborted) end()
    })
  return { world: { ...world, monotonic: { ...world.monotonic, wait } }, waits, lines: world.lines }
}

const turns = async (count = 20) => {
  for (let n = 0; n < count; n++) await Promise.resolve()
}

/** Keeps no key that is sealed under an earlier secret key. */
const resealing = { run: async () => {} }

const continueErasures = async () => 0

describe('the worker', () => {
  it('resumes messages until nothing is due, then waits', async () => {
    const { world, waits } = createPatientWorld()
    const due = [2, 1, 0, 3, 0]
    const ledger = { resume: async () => due.shift() ?? 0 }
    const worker = createWorker({
      ledger,
      store: { sweep: async () => 0, continueErasures },
      resealing,
      world,
      everyMs: 5,
    })
    worker.start()
    await turns()
    expect(due).toEqual([3, 0])
    waits.find(({ ms }) => ms === 5)!.end()
    await turns()
    expect(due).toEqual([])
    await worker.stop()
  })

  it('sweeps at the start and at intervals, by the platform clock', async () => {
    const { world, waits } = createPatientWorld()
    const swept: number[] = []
    const sweep = async ({ nowMs }: { nowMs: number }) => swept.push(nowMs)
    const worker = createWorker({
      ledger: { resume: async () => 0 },
      store: { sweep, continueErasures },
      resealing,
      world,
      sweepEveryMs: 7,
    })
    worker.start()
    await turns()
    world.clock.advance(1_000)
    waits.find(({ ms }) => ms === 7)!.end()
    await turns()
    expect(swept).toEqual([world.clock.now() - 1_000, world.clock.now()])
    await worker.stop()
  })

  it('seals session keys again at the start and at intervals', async () => {
    const { world, waits } = createPatientWorld()
    let walks = 0
    const worker = createWorker({
      ledger: { resume: async () => 0 },
      store: { sweep: async () => 0, continueErasures },
      resealing: { run: async () => void (walks += 1) },
      world,
      sweepEveryMs: 7,
    })
    worker.start()
    await turns()
    expect(walks).toBe(1)
    waits.filter(({ ms }) => ms === 7).forEach(({ end }) => end())
    await turns()
    expect(walks).toBe(2)
    await worker.stop()
  })

  it('logs a round that failed, and continues', async () => {
    const { world, waits, lines } = createPatientWorld()
    let rounds = 0
    const resume = async () => {
      rounds += 1
      if (rounds === 1) throw new Error('the database is away')
      return 0
    }
    const worker = createWorker({
      ledger: { resume },
      store: { sweep: async () => 0, continueErasures },
      resealing,
      world,
      everyMs: 5,
    })
    worker.start()
    await turns()
    waits.find(({ ms }) => ms === 5)!.end()
    await turns()
    expect(rounds).toBe(2)
    expect(lines.join()).toContain('sending what is due failed')
    await worker.stop()
  })

  it('finishes its round before it stops, and begins no other', async () => {
    const { world } = createPatientWorld()
    let end: (count: number) => void = () => {}
    let rounds = 0
    const resume = () => {
      rounds += 1
      return new Promise<number>((resolve) => (end = resolve))
    }
    const worker = createWorker({
      ledger: { resume },
      store: { sweep: async () => 0, continueErasures },
      resealing,
      world,
    })
    worker.start()
    let stopped = false
    const stopping = worker.stop().then(() => (stopped = true))
    await turns()
    expect(stopped).toBe(false)
    end(1)
    await stopping
    expect(rounds).toBe(1)
  })

  it('aborts the sweep that runs when it stops', async () => {
    const { world } = createPatientWorld()
    const sweep = ({ signal }: { signal?: AbortSignal }) =>
      new Promise<number>((resolve) => signal?.addEventListener('abort', () => resolve(0)))
    const worker = createWorker({
      ledger: { resume: async () => 0 },
      store: { sweep, continueErasures },
      resealing,
      world,
    })
    worker.start()
    await turns()
    await worker.stop()
    expect(world.lines).toEqual([])
  })

  it('stops although it never started', async () => {
    const { world } = createPatientWorld()
    const ledger = { resume: async () => 0 }
    await createWorker({
      ledger,
      store: { sweep: async () => 0, continueErasures },
      resealing,
      world,
    }).stop()
    expect(world.lines).toEqual([])
  })
})
