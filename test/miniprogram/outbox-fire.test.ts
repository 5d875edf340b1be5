import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { actAndCheck, calm } from './fire/act'
import { createBook } from './fire/book'
import { createPhoneUnderFire } from './fire/phone'
import { stepsOnPoorStorage, stepsOnSoundStorage, stepsOnTornStorage } from './fire/step'
import type { Step } from './fire/step'

/** Another one each time; `FIRE_SEED=… npx jest …` repeats a run. */
const seed = Number(process.env.FIRE_SEED || Date.now() % 2 ** 31)
/** Phones for each storage, about thirty steps each. */
const phones = Number(process.env.FIRE_PHONES || 60)

async function burn(steps: Step[]): Promise<number> {
  const fire = createPhoneUnderFire()
  const book = createBook(fire)
  for (const step of steps) await actAndCheck(step, fire, book)
  await calm(fire)
  book.close()
  return steps.length
}

const unhandled: unknown[] = []
process.on('unhandledRejection', (reason) => unhandled.push(reason))

describe(`the outbox under fire (FIRE_SEED=${seed})`, () => {
  it.each([
    ['on a sound storage', stepsOnSoundStorage],
    ['on a storage that fills and fails', stepsOnPoorStorage],
    ['on a storage that is torn', stepsOnTornStorage],
  ])(
    '%s, loses no event, applies none twice and throws nothing at the page',
    async (_, steps) => {
      let done = 0
      await fc.assert(
        fc.asyncProperty(steps, async (given) => void (done += await burn(given))),
        { seed, numRuns: phones },
      )
      expect(done).toBeGreaterThanOrEqual(1000)
      expect(unhandled).toEqual([])
    },
    60_000,
  )
})
