import { describe, expect, it } from '@jest/globals'
import { appId, event, form, message, nowMs, signIn } from '../builders.ts'
import { twoProcesses } from './two-processes.ts'

describe('a text with the one character that PostgreSQL does not hold', () => {
  const current = twoProcesses()

  it('spoils no batch, and is known again', async () => {
    const { first: store } = current()
    const user = await store.signIn(signIn('ada'))
    const events = ['a', 'b\0', 'c'].map((ref) =>
      event(`event-${ref}`, { type: 'credits', credits: [form(ref)] }),
    )
    const input = { appId, user, nowMs, eventsPerDay: 9, events }
    const statuses = async () => (await store.ingest(input)).map(({ status }) => status)
    expect(await statuses()).toEqual(['accepted', 'accepted', 'accepted'])
    expect(await statuses()).toEqual(['duplicate', 'duplicate', 'duplicate'])
    const opened = event('event-d', { type: 'share.opened', scene: 1, page: 'p\0', shareId: '\0' })
    const [result] = await store.ingest({ ...input, events: [opened] })
    expect(result?.status).toBe('accepted')
  })

  it('names a user as well', async () => {
    const { first: store } = current()
    const openId = 'ada\0'
    await store.recordCredit({ appId, openId, nowMs, credit: form('f1') })
    expect(await store.openMessage(message('key', { openId }))).toMatchObject({ was: 'reserved' })
  })
})
