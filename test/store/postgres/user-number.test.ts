import { expect, it } from '@jest/globals'
import { systemRandom } from '../../../server/runtime/world.ts'
import { userNumber } from '../../../server/store/postgres/dialect.ts'
import { idRange } from '../../../server/store/rows.ts'

it('the number of a user is larger than all of an earlier millisecond, and fits 48 bits', () => {
  const nowMs = Date.UTC(2026, 0)
  const least = userNumber(nowMs, () => Buffer.of(0))
  const largest = userNumber(nowMs, () => Buffer.of(255))
  expect(userNumber(nowMs + 1, () => Buffer.of(0))).toBe(largest + 1)
  expect(largest - least).toBe(127)
  expect(userNumber(Date.UTC(2094, 0), systemRandom)).toBeLessThan(idRange)
})
