/**
 * Compares the ledger with a model that is written from the rules alone. Both run random histories,
 * on every engine. A history on which they differ is shrunk and printed.
 *
 *   MODEL_SEED=… MODEL_STEPS=100000 npx jest test/ledger/model/model.test.ts
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import type { Store } from '../../../server/store/store.ts'
import { engines, type EngineDatabase } from '../../support/engines.ts'
import { seedOf } from '../../support/seed.ts'
import { act } from './act.ts'
import { checkLedger, checkCalls, checkMessages, checkRows } from './check.ts'
import { createRun, type Run } from './run.ts'
import { histories, type History, type Step } from './step.ts'

const seed = seedOf('MODEL_SEED')
const leastSteps = Number(process.env.MODEL_STEPS || 500)
/** On average. A step that has nothing to do does not count. */
const stepsOfOne = 30
/** Then shrinking stops, and the shortest history that fails is printed. */
const shrinksWithinMs = 240_000
/** Long enough for a slow machine. */
const timeoutMs = leastSteps * 120 + 2 * shrinksWithinMs

/** Resumes every message and lets every call succeed: then every message becomes final. */
async function endAll(run: Run): Promise<void> {
  const { messages } = run.model
  const isOpen = () =>
    messages.some(({ state }) => ['scheduled', 'queued', 'sending'].includes(state))
  run.setClock(Math.max(run.model.nowMs, ...messages.map(({ sendAtMs = 0 }) => sendAtMs)))
  const recovery: Step[] = [
    { do: 'resume', holders: [0], replyLost: false },
    { do: 'answer', calls: Array.from({ length: 40 }, (_, n) => n), with: '0', replyLost: false },
  ]
  for (let round = 0; isOpen(); round++) {
    expect(round).toBeLessThan(10)
    for (const step of recovery) await act(step, run)
  }
}

let made = 0

/** @returns how many steps were done */
async function runHistory({ edition, steps }: History, stores: readonly Store[]): Promise<number> {
  // Each history has its own app, so that all of them share one database.
  const appId = `wx${String((made += 1)).padStart(16, '0')}`
  const run = await createRun(stores, { appId, edition })
  let done = 0
  for (const step of steps) {
    if (!(await act(step, run))) continue
    done += 1
    await checkRows(run)
    if (done % 8 === 0) await checkLedger(run)
  }
  await checkMessages(run)
  await endAll(run)
  await checkRows(run)
  await checkLedger(run)
  await checkMessages(run)
  checkCalls(run)
  return done
}

describe.each(engines)('the ledger on $name', (engine) => {
  let database: EngineDatabase
  let stores: Store[]
  /** Two stores, as of two processes, where the engine allows several: their SQL races. */
  const open = () => Array.from({ length: engine.processes }, () => database.open())
  beforeAll(async () => {
    database = await engine.createDatabase()
    stores = open()
  })
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()))
    await database.drop()
  })

  /** A history that failed leaves unfinished messages, which the next one would resume. */
  async function startOver(): Promise<void> {
    await Promise.all(stores.map((store) => store.close()))
    await database.empty()
    stores = open()
  }

  it(
    `does what its model does (MODEL_SEED=${seed})`,
    async () => {
      let done = 0
      let shrunkByMs = Infinity
      const property = fc.asyncProperty(histories, async (history) => {
        // Histories differ in length: the sum of their steps counts.
        if (done >= leastSteps || performance.now() > shrunkByMs) return
        try {
          done += await runHistory(history, stores)
        } catch (error) {
          shrunkByMs = Math.min(shrunkByMs, performance.now() + shrinksWithinMs)
          await startOver()
          throw error
        }
      })
      await fc.assert(property, { seed, numRuns: Math.ceil((3 * leastSteps) / stepsOfOne) })
      expect(done).toBeGreaterThanOrEqual(leastSteps)
    },
    timeoutMs,
  )
})
