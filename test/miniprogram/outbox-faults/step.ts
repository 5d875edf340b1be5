/** Random steps: what may happen next to a phone. */
import * as fc from 'fast-check'
import { anyFault, type Fault } from './network-fault'
import { anyDamage, type Damage } from './storage-damage'

export type Captured = 'form' | 'payment' | 'subscription' | 'share' | 'finish' | 'arrival'

export type Step =
  | { do: 'capture'; what: Captured; copy: 0 | 1; times: number }
  | { do: 'flush'; copy: 0 | 1 }
  | { do: 'wait'; ms: number }
  | { do: 'hide' | 'show' | 'kill' }
  | { do: 'online'; online: boolean }
  | { do: 'endAt'; point: number }
  | { do: 'refuse'; writes: number }
  | { do: 'room'; bytes: number }
  | { do: 'storage'; broken: boolean }
  | { do: 'damage'; damage: Damage }
  | { do: 'jump'; ms: number }
  | { do: 'faults'; faults: Fault[] }

const copy = fc.constantFrom(0 as const, 1 as const)
const day = 86_400_000

const capture = fc.record({
  do: fc.constant('capture' as const),
  what: fc.constantFrom<Captured>(
    'form',
    'form',
    'payment',
    'subscription',
    'share',
    'share',
    'finish',
    'arrival',
  ),
  copy,
  times: fc.oneof({ weight: 6, arbitrary: fc.constant(1) }, fc.integer({ min: 2, max: 40 })),
})

const ordinary: fc.WeightedArbitrary<Step>[] = [
  { weight: 10, arbitrary: capture },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('flush' as const), copy }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(0, 700, 2_500, 11_000, 400_000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('hide' as const, 'show' as const, 'kill' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('online' as const), online: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('endAt' as const), point: fc.nat(12) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('jump' as const),
      ms: fc.constantFrom(-40 * day, -3_600_000, 3_600_000, 400 * day),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('faults' as const),
      faults: fc.array(anyFault, { minLength: 1, maxLength: 4 }),
    }),
  },
]

const ofStorage: fc.WeightedArbitrary<Step>[] = [
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('refuse' as const),
      writes: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('room' as const),
      bytes: fc.constantFrom(0, 300, 2_000, 6_000, 9_000, 10_000_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('storage' as const), broken: fc.boolean() }),
  },
]

const damage: fc.WeightedArbitrary<Step> = {
  weight: 2,
  arbitrary: fc.record({ do: fc.constant('damage' as const), damage: anyDamage }),
}

const many = (steps: fc.WeightedArbitrary<Step>[]) =>
  fc.array(fc.oneof(...steps), { minLength: 15, maxLength: 45, size: 'max' })

/** Storage works; everything else may fail. */
export const stepsOnSoundStorage = many(ordinary)
/** Storage is full, or fails, at times. */
export const stepsOnFailingStorage = many([...ordinary, ...ofStorage])
/** The content of storage may be damaged as well. */
export const stepsOnDamagedStorage = many([...ordinary, ...ofStorage, damage])
