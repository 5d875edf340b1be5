/** Content under the library's own keys that it did not write: torn, older, or somebody else's. */
import * as fc from 'fast-check'
import type { FakeStorage } from '../../support/phone'

export interface Damage {
  /** Which of the library's keys, by its place among them. */
  key: number
  /** In place of the content, or of one field of it. */
  field?: 'events' | 'sealed' | 'next' | 'token' | undefined
  value: unknown
}

const value = fc.oneof(
  fc.constantFrom<unknown>(
    'nonsense',
    7,
    true,
    {},
    [],
    [null],
    [{}],
    [7],
    [{ id: 7 }],
    [{ id: 'x' }],
    [{ id: {} }],
    { events: [null], sealed: [], next: 0 },
    { events: [], sealed: [null, 'a', {}], next: 0 },
  ),
  fc.jsonValue(),
)

export const anyDamage: fc.Arbitrary<Damage> = fc.record({
  key: fc.nat(3),
  field: fc.constantFrom('events', 'sealed', 'next', 'token', undefined, undefined),
  value,
})

export function inflict({ key: place, field, value: given }: Damage, storage: FakeStorage): void {
  const ours = storage.keys().filter((key) => /^wx-reach:1(:\d+)?$/.test(key))
  const key = ours[place % Math.max(1, ours.length)]
  if (!key) return
  try {
    const before = storage.get(key)
    const isBook = typeof before === 'object' && !Array.isArray(before)
    storage.set(key, field && isBook ? { ...(before as object), [field]: given } : given)
  } catch {
    // Storage that takes nothing is not torn either.
  }
}
