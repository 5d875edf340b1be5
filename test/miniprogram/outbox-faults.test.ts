import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { createEventAudit } from './outbox-faults/event-audit'
import { createFaultyPhone } from './outbox-faults/faulty-phone'
import { runAndCheck, recover } from './outbox-faults/run-step'
import {
  stepsOnFailingStorage,
  stepsOnSoundStorage,
  stepsOnDamagedStorage,
} from './outbox-faults/step'
import type { Step } from './outbox-faults/step'

/** A new seed each time; `OUTBOX_SEED=… npx jest …` repeats a run. */
const seed = Number(process.env.OUTBOX_SEED || Date.now() % 2 ** 31)
/** Phones for each storage, about thirty steps each. */
const phones = Number(process.env.OUTBOX_PHONES || 60)

async function runSteps(steps: Step[]): Promise<number> {
  const faulty = createFaultyPhone()
  const audit = createEventAudit(faulty)
  for (const step of steps) await runAndCheck(step, faulty, audit)
  await recover(faulty)
  audit.finish()
  return steps.length
}

const unhandled: unknown[] = []
process.on('unhandledRejection', (reason) => unhandled.push(reason))

describe(`the outbox under random faults (OUTBOX_SEED=${seed})`, () => {
  it.each([
    ['on a sound storage', stepsOnSoundStorage],
    ['on a storage that fills and fails', stepsOnFailingStorage],
    ['on a storage whose content is damaged', stepsOnDamagedStorage],
  ])(
    '%s, loses no event, applies none twice and throws nothing at the page [case 29]',
    async (_, steps) => {
      let done = 0
      await fc.assert(
        fc.asyncProperty(steps, async (given) => void (done += await runSteps(given))),
        { seed, numRuns: phones },
      )
      expect(done).toBeGreaterThanOrEqual(1000)
      expect(unhandled).toEqual([])
    },
    60_000,
  )
})
