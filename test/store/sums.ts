import { expect } from '@jest/globals'
import type { CreditId, Store } from '../../server/store/store.ts'

/** Expects that the sums of a user's history equal the rows of their credits. */
export async function expectSums(store: Store, appId: string, openId: string): Promise<void> {
  const history = await store.findHistory(appId, openId)
  const sums = new Map<number, { usesLeft: number; reserved: number }>()
  for (const { credit, usesDelta, reservedDelta } of history) {
    const sum = sums.get(credit) ?? { usesLeft: 0, reserved: 0 }
    sums.set(credit, { usesLeft: sum.usesLeft + usesDelta, reserved: sum.reserved + reservedDelta })
  }
  const rows = await store.findCredits(appId, openId, 0)
  // A credit without a limit counts only its reserved uses.
  const unlimited = new Set(rows.filter(({ usesLeft }) => usesLeft === null).map(({ id }) => id))
  const live = [...sums].filter(
    ([id, { usesLeft, reserved }]) => usesLeft > 0 || reserved > 0 || unlimited.has(id as CreditId),
  )
  const stored = rows.map(
    ({ id, usesLeft, reserved }) => [id, { usesLeft: usesLeft ?? 0, reserved }] as const,
  )
  expect(new Map(stored)).toEqual(new Map(live))
}
