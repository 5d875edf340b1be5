import { describe, expect, it } from '@jest/globals'
import { createCreditSummaries } from '../../server/ledger/summary.ts'
import { summaryRules } from '../../server/rules/requests.ts'
import type { CreditSum, CreditSums } from '../../server/store/store.ts'
import { createFakeWorld } from '../support/fake-world.ts'
import { createDrivenMonotonic } from '../support/server/driven-monotonic.ts'

const appId = 'wx0000000000000001'
const sum = (rest: Partial<CreditSum> = {}): CreditSum => ({
  appId,
  kind: 'form',
  users: 1,
  uses: 2,
  hour: 0,
  day: 0,
  week: 2,
  unlimited: 0,
  ...rest,
})

function begin(steps: CreditSums[]) {
  const asked: (number | undefined)[] = []
  const sumCredits = async ({ before }: { before?: number | undefined }) => {
    asked.push(before)
    return steps[asked.length - 1]!
  }
  const world = { ...createFakeWorld(), monotonic: createDrivenMonotonic() }
  return { asked, summaries: createCreditSummaries({ store: { sumCredits }, world }) }
}

describe('the summary of credits', () => {
  it('adds the steps up, and is computed once for all who ask meanwhile', async () => {
    const { asked, summaries } = begin([
      { sums: [sum()], ending: [{ appId, kind: 'form', hour: 25, uses: 2 }], next: 7 },
      { sums: [sum()], ending: [{ appId, kind: 'form', hour: 25, uses: 3 }] },
    ])
    const [first] = await Promise.all([summaries.of(appId), summaries.of(appId)])
    expect(first?.credits).toEqual([
      {
        kind: 'form',
        users: 2,
        uses: 4,
        unlimited: 0,
        endingWithin: { hour: 0, day: 0, week: 4 },
        endingByDay: [{ day: '1970-01-02', uses: 5 }],
        endingByHour: [{ at: '1970-01-02T01:00:00.000Z', uses: 5 }],
      },
    ])
    expect(asked).toEqual([undefined, 7])
  })

  it('has the templates beyond the first as one sum', async () => {
    const { maxTemplates } = summaryRules
    const sums = Array.from({ length: maxTemplates + 5 }, (_, n) =>
      sum({ kind: 'subscription', templateId: `T${n}` }),
    )
    const { summaries } = begin([{ sums, ending: [] }])
    const { credits = [] } = (await summaries.of(appId)) ?? {}
    expect(credits).toHaveLength(maxTemplates + 1)
    expect(credits.filter(({ templateId }) => templateId === undefined)).toMatchObject([
      { uses: 10 },
    ])
  })
})
