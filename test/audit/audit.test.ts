import { describe, expect, it } from '@jest/globals'
import { createAudit, type AuditedCall } from '../../server/audit/audit.ts'
import { auditRules } from '../../server/rules/audit.ts'
import { createAdvancingClock } from '../../server/runtime/world.ts'
import { StoreUnavailableError, type NewAuditEntry } from '../../server/store/store.ts'
import { createDrivenMonotonic } from '../support/server/driven-monotonic.ts'
import { createRecordedLog } from '../support/logs/recorded-log.ts'

const nowMs = Date.UTC(2026, 0, 2)
const call: AuditedCall = {
  by: 'key',
  keyId: 'env_00000001',
  operation: 'GET /v1/access-token',
  network: '203.0.113.0/24',
  outcome: 'done',
  status: 200,
}
const stranger: AuditedCall = { by: 'unknown', outcome: 'unauthorized', status: 401 }

function open() {
  const written: NewAuditEntry[] = []
  const monotonic = createDrivenMonotonic()
  const log = createRecordedLog()
  const store = {
    isAway: false,
    async recordAudit(entry: NewAuditEntry) {
      if (store.isAway) throw new StoreUnavailableError('away')
      written.push(entry)
    },
  }
  const clock = createAdvancingClock(() => nowMs)
  const audit = createAudit({ store, world: { clock, monotonic, log } })
  const minutePasses = async () => {
    monotonic.advance(auditRules.minuteMs)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { audit, written, store, log, minutePasses }
}

describe('the audit', () => {
  it('writes each recorded call at once', async () => {
    const { audit, written } = open()
    for (const object of ['T1', 'T1']) await audit.record({ ...call, object })
    const entry = { ...call, object: 'T1', atMs: nowMs, count: 1 }
    expect(written).toEqual([entry, entry])
    await audit.close()
  })

  it('writes the first counted call at once, and the others of a minute as one', async () => {
    const { audit, written, minutePasses } = open()
    for (const requestId of ['first', 'second', 'third']) await audit.count({ ...call, requestId })
    expect(written.map(({ requestId, count }) => [requestId, count])).toEqual([['first', 1]])
    await minutePasses()
    expect(written.map(({ requestId, count }) => [requestId, count])).toEqual([
      ['first', 1],
      ['third', 2],
    ])
    await audit.count({ ...call, requestId: 'later' })
    expect(written.at(-1)).toMatchObject({ requestId: 'later', count: 1 })
    await audit.close()
  })

  it.each([
    { keyId: 'env_00000002' },
    { operation: 'POST /v1/typing' },
    { network: '198.51.100.0/24' },
    { appId: 'wx2' },
    { outcome: 'forbidden' } as const,
  ])('counts calls apart that differ in %j', async (other) => {
    const { audit, written } = open()
    for (const one of [call, { ...call, ...other }]) await audit.count(one)
    expect(written).toHaveLength(2)
    await audit.close()
  })

  it('writes what it counted when it closes', async () => {
    const { audit, written } = open()
    for (let n = 0; n < 5; n++) await audit.count(call)
    await audit.close()
    expect(written.map(({ count }) => count)).toEqual([1, 4])
  })

  it('bounds the entries of strangers, loses none, and counts keys as before', async () => {
    const { audit, written, minutePasses } = open()
    for (let n = 0; n < 1_000; n++) await audit.count({ ...stranger, network: `network ${n}` })
    await audit.count(call)
    await minutePasses()
    expect(written).toHaveLength(auditRules.strangersPerMinute + 3)
    const ofStrangers = written.filter(({ by }) => by === 'unknown')
    expect(ofStrangers.reduce((sum, { count = 1 }) => sum + count, 0)).toBe(1_000)
    expect(ofStrangers.at(-1)).toEqual({
      by: 'unknown',
      outcome: 'unauthorized',
      atMs: nowMs,
      count: 1_000 - auditRules.strangersPerMinute - 1,
    })
    await audit.count({ ...stranger, network: 'network 0' })
    expect(written.at(-1)).toMatchObject({ network: 'network 0', count: 1 })
    await audit.close()
  })

  it('logs an entry that it cannot write, without the user, and rejects nothing', async () => {
    const { audit, store, log } = open()
    store.isAway = true
    await audit.record({ ...call, object: 'T1', openId: 'alice-0001' })
    expect(log.lines).toEqual([expect.stringMatching(/"level":"error".*env_00000001.*T1/)])
    expect(log.lines.join()).not.toMatch(/alice/)
    await audit.close()
  })
})
