import { expect, it } from '@jest/globals'
import { auditPages } from '../../../server/rules/audit.ts'
import type { AuditPage, NewAuditEntry } from '../../../server/store/store.ts'
import { appId, day, form, message, nowMs, signIn } from '../builders.ts'
import type { Current } from './store-under-test.ts'

const entry = (object: string, rest: Partial<NewAuditEntry> = {}): NewAuditEntry => ({
  atMs: nowMs,
  by: 'key',
  keyId: 'env_00000001',
  operation: 'POST /v1/templates',
  appId,
  object,
  outcome: 'done',
  status: 201,
  ...rest,
})

export function auditPromises(current: Current): void {
  const record = async (...entries: NewAuditEntry[]) => {
    for (const one of entries) await current().store.recordAudit(one)
  }
  const objects = async (page: Partial<AuditPage> = {}) =>
    (await current().store.findAudit({ limit: 10, ...page })).entries.map(({ object }) => object)

  it('gives an entry back with all that it knows', async () => {
    await current().store.signIn(signIn('ada'))
    const known = { network: '203.0.113.0/24', requestId: 'the-request', openId: 'ada', count: 2 }
    await record(entry('T1', known), { atMs: nowMs, by: 'unknown', outcome: 'unauthorized' })
    const at = new Date(nowMs).toISOString()
    expect(await current().store.findAudit({ limit: 10 })).toEqual({
      entries: [
        { at, by: 'unknown', outcome: 'unauthorized', count: 1 },
        {
          at,
          by: 'key',
          keyId: 'env_00000001',
          operation: 'POST /v1/templates',
          appId,
          object: 'T1',
          outcome: 'done',
          status: 201,
          ...known,
        },
      ],
    })
  })

  it('names no user that it does not know, and adds none', async () => {
    await record(
      entry('T1', { openId: 'a-stranger' }),
      entry('T2', { openId: 'ada', appId: 'wx2' }),
    )
    const { entries } = await current().store.findAudit({ limit: 10 })
    expect(entries.map(({ openId }) => openId)).toEqual([undefined, undefined])
    expect(await current().store.findUser(appId, 'a-stranger')).toBeUndefined()
  })

  it('lists the newest first, also of those that came at one moment', async () => {
    await record(entry('2', { atMs: nowMs }), entry('3', { atMs: nowMs }))
    await record(entry('1', { atMs: nowMs - 1 }), entry('4', { atMs: nowMs + 1 }))
    expect(await objects()).toEqual(['4', '3', '2', '1'])
  })

  it('keeps every one of many entries of one moment', async () => {
    const names = Array.from({ length: 20 }, (_, n) => `T${n}`)
    await Promise.all(names.map((name) => current().store.recordAudit(entry(name))))
    expect((await objects({ limit: 50 })).sort()).toEqual([...names].sort())
  })

  it('leads through all pages, each entry once, while entries are added', async () => {
    await record(...['1', '2', '3', '4', '5'].map((name) => entry(name)))
    const seen: (string | undefined)[] = []
    for (let cursor: string | undefined, page = 0; page < 5; page++) {
      const found = await current().store.findAudit({ limit: 2, ...(cursor && { cursor }) })
      seen.push(...found.entries.map(({ object }) => object))
      cursor = found.cursor
      if (cursor === undefined) break
      await record(entry(`later ${page}`))
    }
    expect(seen).toEqual(['5', '4', '3', '2', '1'])
  })

  it('begins anew at a cursor that is not one of its own', async () => {
    await record(entry('1'))
    expect(await objects({ cursor: 'nonsense' })).toEqual(['1'])
  })

  it('filters by key, operation, app and time', async () => {
    await record(
      entry('key', { keyId: 'key_2' }),
      entry('operation', { operation: 'POST /v1/decrypt' }),
      entry('app', { appId: 'wx2' }),
      entry('early', { atMs: nowMs - 10 }),
      entry('late', { atMs: nowMs + 10 }),
    )
    expect(await objects({ keyId: 'key_2' })).toEqual(['key'])
    expect(await objects({ operation: 'POST /v1/decrypt' })).toEqual(['operation'])
    expect(await objects({ appId: 'wx2' })).toEqual(['app'])
    expect(await objects({ sinceMs: nowMs + 10 })).toEqual(['late'])
    expect(await objects({ untilMs: nowMs })).toEqual(['early'])
    expect(await objects({ keyId: 'key_2', appId: 'wx2' })).toEqual([])
    expect(await objects({ appId: 'wx-nobody' })).toEqual([])
  })

  it('looks at a part of the entries for each page of a filter that few pass', async () => {
    const { store } = current()
    await record(entry('rare', { keyId: 'key_2' }))
    const others = Array.from({ length: auditPages.searched }, (_, n) => n)
    // In parts: PostgreSQL has ten connections.
    for (const n of others.keys()) {
      if (n % 100 !== 0) continue
      await Promise.all(
        others
          .slice(n, n + 100)
          .map((one) => store.recordAudit(entry('', { atMs: nowMs + 1 + one }))),
      )
    }
    const first = await store.findAudit({ limit: 10, keyId: 'key_2' })
    expect(first).toEqual({ entries: [], cursor: expect.any(String) })
    const second = await store.findAudit({ limit: 10, keyId: 'key_2', cursor: first.cursor! })
    expect(second).toEqual({ entries: [expect.objectContaining({ object: 'rare' })] })
    // Thousands of writes, which take their time without batches on a busy machine.
  }, 180_000)

  it('finds the sender of a message, reserved or refused, in its app', async () => {
    const { store } = current()
    const { signIn: add, recordCredit } = store
    await add(signIn('ada'))
    await recordCredit({ appId, openId: 'ada', nowMs, credit: form('f1') })
    const known = { keyId: 'key_1', requestId: 'the-request' }
    for (const [key, network] of [
      ['reserved', '203.0.113.0/24'],
      ['refused', undefined],
    ] as const) {
      const opened = await store.openMessage(message(key, { sentBy: { ...known, network } }))
      if (opened.was !== key) throw new Error(`It was ${opened.was}.`)
      const { id } = opened.message
      expect(await store.findMessageAudit(appId, id)).toEqual({
        at: new Date(nowMs).toISOString(),
        by: 'key',
        ...known,
        operation: 'POST /v1/messages',
        appId,
        openId: 'ada',
        object: id,
        outcome: 'done',
        count: 1,
        ...(network && { network }),
      })
      expect(await store.findMessageAudit('wx2', id)).toBeUndefined()
    }
  })

  it('deletes entries after 180 days', async () => {
    const { store } = current()
    await record(
      entry('old', { atMs: nowMs - 180 * day - 1 }),
      entry('kept', { atMs: nowMs - 180 * day }),
    )
    expect(await store.sweep({ nowMs })).toBe(1)
    expect(await objects()).toEqual(['kept'])
  })
}
