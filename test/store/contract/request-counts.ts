import { expect, it } from '@jest/globals'
import { hour } from '../../../server/rules/time.ts'
import type { Current } from './store-under-test.ts'

/** Its end does not fall into the test. */
const windowMs = 1_000_000 * hour

export function requestCountPromises(current: Current): void {
  const count = async (key: string, by?: number) =>
    (await current().store.countRequest({ key, windowMs, ...(by && { by }) })).count

  it('count one by one or several at once, for each key', async () => {
    expect(await count('a')).toBe(1)
    expect(await count('a', 5)).toBe(6)
    expect(await count('a')).toBe(7)
    expect(await count('b', 3)).toBe(3)
  })

  it('count each of many at once', async () => {
    const counts = await Promise.all(Array.from({ length: 20 }, () => count('a', 2)))
    expect(counts.sort((x, y) => x - y)).toEqual(Array.from({ length: 20 }, (_, n) => 2 * n + 2))
  })
}
