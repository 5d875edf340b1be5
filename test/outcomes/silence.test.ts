/** The table of outcomes, where nobody knows: the call went out and brought no usable reply. */
import { afterEach, describe, expect, it } from '@jest/globals'
import { minute } from '../support/server/start-reach.ts'
import { rightNames } from './rights.ts'
import type { RightName } from './rights.ts'
import { openStage, openStageWith } from './stage.ts'
import type { Stage } from './stage.ts'
import { stretchWire } from './wire.ts'
import type { Wire } from './wire.ts'

let stage: Stage
let wire: Wire | undefined
afterEach(async () => {
  await wire?.close()
  wire = undefined
  await stage.close()
})

/** The worker's rounds of a test stay within it. */
const never = 10 * minute
const others = rightNames.filter((right) => right !== 'form')
const faults = {
  'a hang': { delayMs: never },
  'a 502': { status: 502 },
  'a 500': { status: 500 },
  'a hang-up': { hangUp: true },
}
const moments = [
  ['before', 0],
  ['after', 1],
] as const
const each = <Right extends RightName>(rights: readonly Right[]) =>
  rights.flatMap((right) =>
    Object.entries(faults).flatMap(([name, fault]) =>
      moments.map(([when, arrives]) => [right, name, when, arrives, fault] as const),
    ),
  )
const unknown = { state: 'unknown', reason: { code: 'outcome_unknown' } }

async function openOverWire(right: RightName): Promise<Wire> {
  wire = await stretchWire()
  stage = await openStage(right, { apiBase: wire.url })
  wire.leadTo(stage.sandboxUrl)
  await stage.grant()
  return wire
}

describe('nobody knows', () => {
  it.each(each(others))(
    '%s, %s %s the platform acts (%i arrive): unknown, counted as used, never sent again',
    async (right, _fault, when, arrives, fault) => {
      stage = await openStageWith(right)
      await stage.fault({ ...fault, when })
      expect(await stage.send()).toMatchObject({ status: 201, body: { ...unknown, attempts: 1 } })
      await stage.work(5)
      expect(await stage.calls()).toBe(1)
      expect(await stage.arrived()).toBe(arrives)
      expect(await stage.left()).toBe(stage.right.granted - 1)
    },
  )

  it.each(others.flatMap((right) => moments.map((moment) => [right, ...moment] as const)))(
    '%s, a reset of a reused connection %s the platform acts (%i arrive): the same',
    async (right, when, arrives) => {
      const { resetReused } = await openOverWire(right)
      await stage.send()
      resetReused(when)
      expect((await stage.send()).body).toMatchObject({ ...unknown, attempts: 1 })
      expect(await stage.arrived()).toBe(1 + arrives)
      expect(await stage.left()).toBe(stage.right.granted - 2)
    },
  )
})

describe('a form credit after unknown', () => {
  it.each(each(['form']))(
    '%s, %s %s the platform acts: the same formId again, and sent',
    async (right, _fault, when, arrives, fault) => {
      stage = await openStageWith(right)
      await stage.fault({ ...fault, when })
      const { body } = await stage.send()
      expect(body).toMatchObject({ state: 'sent', attempts: 2 })
      expect(body.inferred).toBe(arrives === 1 ? true : undefined)
      expect([await stage.arrived(), await stage.left()]).toEqual([1, 1])
    },
  )

  it.each(each(['form']))(
    '%s, %s %s the platform acts (%i arrive), four times: unknown, and never another credit',
    async (right, _fault, when, arrives, fault) => {
      stage = await openStageWith(right)
      await stage.fault({ ...fault, when, times: 4 })
      const { body } = await stage.send()
      expect(body).toMatchObject({ ...unknown, attempts: 4 })
      await stage.work(5)
      expect(await stage.calls()).toBe(4)
      expect([await stage.arrived(), await stage.left()]).toEqual([arrives, 1])
    },
  )

  it.each(['before', 'after'] as const)(
    'and a reset of a reused connection %s the platform acts: sent',
    async (when) => {
      const { resetReused } = await openOverWire('form')
      await stage.send()
      resetReused(when)
      expect((await stage.send()).body).toMatchObject({ state: 'sent', attempts: 2 })
      expect([await stage.arrived(), await stage.left()]).toEqual([2, 0])
    },
  )

  it.each([
    [-1, 'sent', 3],
    [40037, 'unknown', 2],
    [41028, 'unknown', 2],
    [48001, 'unknown', 2],
  ] as const)('and then %i: %s', async (errcode, state, attempts) => {
    stage = await openStageWith('form')
    await stage.fault({ hangUp: true, when: 'after' })
    await stage.fault({ errcode })
    expect((await stage.send()).body).toMatchObject({ state, attempts })
    expect([await stage.arrived(), await stage.left()]).toEqual([1, errcode === 48001 ? 0 : 1])
  })
})
