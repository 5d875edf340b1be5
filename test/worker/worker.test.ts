import { describe, expect, it } from '@jest/globals'
import { sendingRules } from '../../server/rules/broadcasts.ts'
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

const clearing = { run: async () => {} }

const broadcasting = { run: async () => 'done' as const }
const endWatches = async () => 0
const tellEndings = async () => 0
const webhooks = { run: async () => 'done' as const, reseal: async () => {} }

describe('the worker', () => {
  it('resumes messages until nothing is due, then waits', async () => {
    const { world, waits } = createPatientWorld()
    const due = [2, 1, 0, 3, 0]
    const ledger = { resume: async () => due.shift() ?? 0 }
    const worker = createWorker({
      ledger,
      store: { sweep: async () => 0, endWatches, tellEndings },
      broadcasting,
      clearing,
      webhooks,
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

  it('broadcasts unless more single messages are due than it takes at once', async () => {
    const { world, waits } = createPatientWorld()
    const due = [32, 0]
    let resumed: () => void = () => {}
    let broadcasts = 0
    const worker = createWorker({
      ledger: {
        resume: async () => {
          const count = due.shift() ?? 0
          if (count === 0) await new Promise<void>((resolve) => (resumed = resolve))
          return count
        },
      },
      store: { sweep: async () => 0, endWatches, tellEndings },
      broadcasting: { run: async () => ((broadcasts += 1), 'done') },
      clearing,
      webhooks,
      resealing,
      world,
    })
    const look = async () => {
      waits.filter(({ ms }) => ms === sendingRules.everyMs).forEach(({ end }) => end())
      await turns()
    }
    worker.start()
    await turns()
    const before = broadcasts
    await look()
    expect(broadcasts).toBe(before)
    resumed()
    await turns()
    await look()
    expect(broadcasts).toBeGreaterThan(before)
    const stopped = worker.stop()
    resumed()
    await stopped
  })

  it('broadcasts again a second after a failure: an outage must not fill the log', async () => {
    const { world, waits, lines } = createPatientWorld()
    const worker = createWorker({
      ledger: { resume: async () => 0 },
      store: { sweep: async () => 0, endWatches, tellEndings },
      broadcasting: {
        run: async () => {
          throw new Error('the database is away')
        },
      },
      clearing,
      webhooks,
      resealing,
      world,
    })
    worker.start()
    await turns()
    expect(lines.join()).toContain('broadcasting failed')
    expect(waits.filter(({ ms }) => ms === sendingRules.everyMs)).toEqual([])
    await worker.stop()
  })

  it('sweeps at the start and at intervals, by the platform clock', async () => {
    const { world, waits } = createPatientWorld()
    const swept: number[] = []
    const sweep = async ({ nowMs }: { nowMs: number }) => swept.push(nowMs)
    const worker = createWorker({
      ledger: { resume: async () => 0 },
      store: { sweep, endWatches, tellEndings },
      broadcasting,
      clearing,
      webhooks,
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
      store: { sweep: async () => 0, endWatches, tellEndings },
      broadcasting,
      clearing,
      webhooks,
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
      store: { sweep: async () => 0, endWatches, tellEndings },
      broadcasting,
      clearing,
      webhooks,
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
      store: { sweep: async () => 0, endWatches, tellEndings },
      broadcasting,
      clearing,
      webhooks,
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
      store: { sweep, endWatches, tellEndings },
      broadcasting,
      clearing,
      webhooks,
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
      store: { sweep: async () => 0, endWatches, tellEndings },
      broadcasting,
      clearing,
      webhooks,
      resealing,
      world,
    }).stop()
    expect(world.lines).toEqual([])
  })
})
