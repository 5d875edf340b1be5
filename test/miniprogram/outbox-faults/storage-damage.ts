/** Content under the library's keys that it did not write: corrupted, older, or foreign. */
import * as fc from 'fast-check'
import type { FakeStorage } from '../../support/phone'

export interface Damage {
  /** The index of the key among the library's keys. */
  key: number
  /** Replaces this field; without one, the whole content. */
  field?: 'token' | 'url' | undefined
  value: unknown
  /** Appended where the content is a list. */
  beside: boolean
}

const value = fc.oneof(
  fc.constantFrom<unknown>(
    'nonsense',
    7,
    null,
    0,
    false,
    '',
    true,
    {},
    [],
    [null],
    [{}],
    [7],
    [{ id: 7 }],
    [{ id: 'x' }],
    [{ id: {} }],
  ),
  fc.jsonValue(),
)

export const anyDamage: fc.Arbitrary<Damage> = fc.record({
  key: fc.nat(3),
  field: fc.constantFrom('token', 'url', undefined, undefined),
  value,
  beside: fc.boolean(),
})

export function applyDamage(damage: Damage, storage: FakeStorage): void {
  const { key: place, field, value: given, beside } = damage
  const ours = storage.keys().filter((key) => /^wx-reach:1(:\d+)?$/.test(key))
  const key = ours[place % Math.max(1, ours.length)]
  if (!key) return
  try {
    const before = storage.get(key)
    const isObject = typeof before === 'object' && !Array.isArray(before)
    const corrupt = (old: unknown) => (beside && Array.isArray(old) ? [...old, given] : given)
    const corrupted =
      field && isObject
        ? { ...(before as object), [field]: corrupt((before as Record<string, unknown>)[field]) }
        : corrupt(before)
    storage.set(key, corrupted)
  } catch {
    // A storage that refuses writes is not corrupted.
  }
}
