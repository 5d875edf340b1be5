import { describe, expect, it } from '@jest/globals'
import { both, createChecks, ok, problem, type Checked } from '../../server/doctor/check.ts'
import { createFakeWorld } from '../support/fake-world.ts'

const { run, after } = createChecks(createFakeWorld().monotonic)
const never = new Promise<never>(() => {})

describe('a check', () => {
  it('that has no result in time is a problem', async () => {
    expect(await run({ name: 'disk' }, () => never)).toEqual({
      finding: { name: 'disk', status: 'problem', detail: 'no result in 15 seconds' },
    })
  })

  it('that fails is a problem, with the reason', async () => {
    const { finding } = await run({ name: 'disk' }, async () => {
      throw new Error('ENOENT: no such folder')
    })
    expect(finding).toEqual({ name: 'disk', status: 'problem', detail: 'ENOENT: no such folder' })
  })

  it('gets the value of the one that it needs', async () => {
    const first = run({ name: 'database' }, async () => ok('there', 5))
    const second = after(first, { name: 'clock' }, async (value) => ok(`got ${value}`))
    expect((await second).finding).toEqual({ name: 'clock', status: 'ok', detail: 'got 5' })
  })

  it('is skipped without that value, and names the check to look at', async () => {
    const failed = run<number>({ name: 'app-secret', appId: 'wx1' }, async () => problem('no'))
    const fine = run({ name: 'database' }, async () => ok('there', 5))
    const orders: Promise<Checked<[number, number]>>[] = [both(failed, fine), both(fine, failed)]
    for (const needed of orders) {
      const { finding } = await after(needed, { name: 'quotas' }, async () => ok('unreachable'))
      expect(finding).toEqual({
        name: 'quotas',
        status: 'skipped',
        detail: 'not looked at: see app-secret wx1',
      })
    }
  })
})
