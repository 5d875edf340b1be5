import { expect, it } from '@jest/globals'
import { webhookEventTypes } from '../../../shared/codes.ts'
import { changeRules } from '../../../server/rules/changes.ts'
import type { AddWebhook, ClaimedDelivery } from '../../../server/store/store.ts'
import { appId, day, form, message, nowMs } from '../builders.ts'
import type { Current } from './store-under-test.ts'

export const webhook = (id: string, rest: Partial<AddWebhook> = {}): AddWebhook => ({
  appId,
  id,
  url: 'https://shop.example/hooks',
  events: webhookEventTypes,
  sealed: Buffer.from(`secret of ${id}`),
  createdAtMs: nowMs,
  most: 3,
  ...rest,
})

const leaseMs = 60_000

export function webhookPromises(current: Current): void {
  const record = (ref: string, openId = 'ada') =>
    current().store.recordCredit({ appId, openId, nowMs, credit: form(ref) })
  const claim = (id = 'a') => current().store.claimDelivery({ id, leaseMs })
  const of = ({ webhook: { id }, change: { position }, attempts }: ClaimedDelivery) => ({
    id,
    position,
    attempts,
    nowMs: nowMs + 1,
  })
  const succeed = (claimed: ClaimedDelivery) =>
    current().store.settleDelivery({ ...of(claimed), status: 204 })
  const fail = (claimed: ClaimedDelivery, failed: object = {}, rest: object = {}) => {
    const failure = { failure: 'HTTP_500', disableIfSinceMs: nowMs - day, ...failed }
    return current().store.settleDelivery({ ...of(claimed), failed: failure, ...rest })
  }
  const list = async (state?: 'waiting' | 'delivered' | 'dead') => {
    const page = { appId, id: 'a', limit: 100, ...(state && { state }) }
    return (await current().store.findDeliveries(page)).deliveries
  }
  const counts = async () =>
    [...(await current().store.countDeliveries(appId))].sort((a, b) => (a.id < b.id ? -1 : 1))
  const replay = (span?: { sinceMs: number; untilMs: number }) =>
    current().store.replayDeliveries({ appId, id: 'a', nowMs, ...(span && { span }) })
  const drain = async (id = 'a') => {
    const claimed: ClaimedDelivery[] = []
    while ((await current().store.queueDeliveries()) > 0);
    for (let one = await claim(id); one; one = await claim(id)) claimed.push(one)
    return claimed
  }

  it('are found as they were added, until they are deleted', async () => {
    const { store } = current()
    const { most: _, ...added } = webhook('a', { events: ['message.settled'] })
    await store.addWebhook(webhook('a', added))
    await store.addWebhook(webhook('b', { appId: 'wx2' }))
    expect(await store.findWebhook(appId, 'a')).toEqual(added)
    expect(await store.findWebhook(appId, 'b')).toBeUndefined()
    expect((await store.listWebhooks(appId)).map(({ id }) => id)).toEqual(['a'])
    expect((await store.listWebhooks()).map(({ id }) => id)).toEqual(['a', 'b'])
    expect(await store.deleteWebhook(appId, 'b')).toBe(false)
    expect(await store.deleteWebhook(appId, 'a')).toBe(true)
    expect(await store.listWebhooks(appId)).toEqual([])
  })

  it('are no more than an app may have', async () => {
    const { store } = current()
    for (const id of ['a', 'b', 'c']) expect(await store.addWebhook(webhook(id))).toBe(true)
    expect(await store.addWebhook(webhook('d'))).toBe(false)
    expect(await store.addWebhook(webhook('e', { appId: 'wx2' }))).toBe(true)
  })

  it('receive what happens from their first moment on, each event once', async () => {
    const { store } = current()
    await record('f1')
    await store.addWebhook(webhook('a'))
    await record('f2')
    await store.addWebhook(webhook('b'))
    await record('f3')
    expect(await drain('a')).toHaveLength(2)
    expect(await drain('b')).toHaveLength(1)
    expect(await drain('a')).toEqual([])
  })

  it('receive the events alone that they want', async () => {
    const { store } = current()
    await store.addWebhook(webhook('a', { events: ['message.settled'] }))
    await store.addWebhook(webhook('b', { events: ['credit.recorded'] }))
    await record('f1')
    const opened = await store.openMessage(message('1', { kinds: [] }))
    const [settled, ...rest] = await drain('a')
    expect(rest).toEqual([])
    expect(settled).toMatchObject({
      change: { type: 'message.settled', state: 'refused', openId: 'ada' },
      about: { channel: 'template', templateId: 'T' },
      attempts: 1,
    })
    expect(opened.was === 'refused' && settled!.change).toMatchObject(
      opened.was === 'refused' ? { message: opened.message.id } : {},
    )
    expect(settled!.webhook).toEqual(await store.findWebhook(appId, 'a'))
    expect((await drain('b')).map(({ change }) => change.type)).toEqual(['credit.recorded'])
  })

  it('are told of no event once they are deleted, and their app is watched no more', async () => {
    const { store } = current()
    await store.addWebhook(webhook('a'))
    await record('f1')
    await store.queueDeliveries()
    await store.deleteWebhook(appId, 'a')
    expect(await claim()).toBeUndefined()
    const start = await store.watchChanges({ appId, forMs: 0 })
    await store.endWatches()
    await record('f2')
    expect(await store.readChanges({ appId, after: start, limit: 9 })).toEqual([])
  })

  it('go on receiving when the lease of another reader ends', async () => {
    const { store } = current()
    await store.addWebhook(webhook('a'))
    await store.watchChanges({ appId, forMs: 0 })
    await store.endWatches()
    await record('f1')
    expect(await drain()).toHaveLength(1)
  })

  it('are leased an event for one try, which succeeds once', async () => {
    const { store } = current()
    await store.addWebhook(webhook('a'))
    await record('f1')
    const [claimed] = await drain()
    expect(await claim()).toBeUndefined()
    expect(await succeed(claimed!)).toBe('settled')
    expect(await succeed(claimed!)).toBe('late')
    expect(await list('delivered')).toMatchObject([{ attempts: 1, status: 204 }])
    expect(await list('waiting')).toEqual([])
  })

  it('are tried again after the process that had the lease has ended', async () => {
    const { store } = current()
    await store.addWebhook(webhook('a'))
    await record('f1')
    const [first] = await drain()
    const again = await current().restart()
    const second = await again.claimDelivery({ id: 'a', leaseMs })
    expect(second).toMatchObject({ change: first!.change, attempts: 2 })
    expect(await again.settleDelivery({ ...of(first!), status: 200 })).toBe('late')
    expect(await again.settleDelivery({ ...of(second!), status: 200 })).toBe('settled')
  })

  it('are tried again when it is due, and say why the last try failed', async () => {
    const { store } = current()
    await store.addWebhook(webhook('a'))
    await record('f1')
    const [first] = await drain()
    expect(await fail(first!, { retryInMs: 0 }, { status: 500 })).toBe('settled')
    const failing = { failingSinceMs: nowMs + 1, failure: 'HTTP_500' }
    expect(await store.findWebhook(appId, 'a')).toMatchObject(failing)
    const second = (await claim())!
    expect(second.attempts).toBe(2)
    expect(await fail(second, { retryInMs: 3_600_000 })).toBe('settled')
    expect(await claim()).toBeUndefined()
    const waiting = { attempts: 2, failure: 'HTTP_500', triedAtMs: nowMs + 1 }
    expect(await list('waiting')).toMatchObject([waiting])
  })

  it('fail no more after a success', async () => {
    const { store } = current()
    await store.addWebhook(webhook('a'))
    await record('f1')
    await fail((await drain())[0]!, { retryInMs: 0 })
    await succeed((await claim())!)
    const found = await store.findWebhook(appId, 'a')
    expect([found!.failingSinceMs, found!.failure]).toEqual([undefined, undefined])
  })

  it('have dead letters, which a replay queues again under their positions', async () => {
    const { store } = current()
    await store.addWebhook(webhook('a'))
    for (const ref of ['f1', 'f2', 'f3']) await record(ref)
    const [first, second, third] = await drain()
    await fail(first!)
    await fail(second!)
    await succeed(third!)
    expect(await claim()).toBeUndefined()
    expect((await list('dead')).map(({ position }) => position)).toEqual([
      second!.change.position,
      first!.change.position,
    ])
    await store.addWebhook(webhook('other'))
    expect(await counts()).toEqual([
      { id: 'a', waiting: 0, dead: 2 },
      { id: 'other', waiting: 0, dead: 0 },
    ])
    expect(await replay()).toBe(2)
    expect((await counts())[0]).toEqual({ id: 'a', waiting: 2, dead: 0 })
    expect(await replay()).toBe(0)
    expect((await drain()).map(({ change, attempts }) => [change, attempts])).toEqual([
      [first!.change, 1],
      [second!.change, 1],
    ])
  })

  it('receive a span of time again, delivered events too', async () => {
    const { store } = current()
    await store.addWebhook(webhook('a'))
    for (const minutes of [0, 1, 2]) {
      const input = { appId, openId: 'ada', credit: form(`f${minutes}`) }
      await store.recordCredit({ ...input, nowMs: nowMs + minutes * 60_000 })
    }
    const claimed = await drain()
    for (const one of claimed) await succeed(one)
    expect(await replay({ sinceMs: nowMs + 60_000, untilMs: nowMs + 120_000 })).toBe(1)
    expect((await drain()).map(({ change }) => change)).toEqual([claimed[1]!.change])
  })

  it('are disabled after a long time of failures, and enabled by a replay', async () => {
    const { store } = current()
    await store.addWebhook(webhook('a'))
    await record('f1')
    await record('f2')
    const [first] = await drain()
    expect(await fail(first!, { retryInMs: 0, disableIfSinceMs: nowMs + 1 })).toBe('disabled')
    expect(await store.findWebhook(appId, 'a')).toMatchObject({ disabledAtMs: nowMs + 1 })
    expect(await list('dead')).toHaveLength(2)
    await record('f3')
    expect(await drain()).toEqual([])
    expect(await replay()).toBe(2)
    await record('f4')
    expect(await drain()).toHaveLength(3)
    expect((await store.findWebhook(appId, 'a'))!.disabledAtMs).toBeUndefined()
  })

  it('list their deliveries by pages, newest first', async () => {
    const { store } = current()
    await store.addWebhook(webhook('a'))
    for (const ref of ['f1', 'f2', 'f3']) await record(ref)
    const positions = (await drain()).map(({ change }) => change.position)
    const page = { appId, id: 'a', limit: 2 }
    const first = await store.findDeliveries(page)
    const second = await store.findDeliveries({ ...page, cursor: first.cursor! })
    const listed = [...first.deliveries, ...second.deliveries].map(({ position }) => position)
    expect(listed).toEqual([...positions].reverse())
    expect(second.cursor).toBeUndefined()
  })

  it('keep changes that are not queued yet from the sweep, which deletes deliveries', async () => {
    const { store } = current()
    await store.addWebhook(webhook('a'))
    await record('f1')
    const later = nowMs + changeRules.keptMs + 1
    await store.sweep({ nowMs: later })
    const [claimed] = await drain()
    await succeed(claimed!)
    await store.sweep({ nowMs: later })
    expect(await list()).toEqual([])
    expect(await claim()).toBeUndefined()
  })

  it('are told of an erased user without the openId', async () => {
    const { store } = current()
    await store.addWebhook(webhook('a'))
    await record('f1')
    const reason = { code: 'user_unknown', detail: 'erased' } as const
    await store.eraseUser({ appId, openId: 'ada', nowMs, ifQueued: reason, ifSending: reason })
    const [claimed] = await drain()
    expect(claimed!.change).not.toHaveProperty('openId')
  })

  it('take a secret that was sealed again, unless it has changed', async () => {
    const { store } = current()
    await store.addWebhook(webhook('a'))
    const { sealed } = webhook('a')
    const replacement = Buffer.from('another')
    await store.resealWebhook({ id: 'a', sealed: replacement, replacement: sealed })
    await store.resealWebhook({ id: 'a', sealed, replacement })
    expect((await store.findWebhook(appId, 'a'))!.sealed).toEqual(replacement)
  })

  it('are due while they have deliveries, up to a number', async () => {
    const { store } = current()
    await store.addWebhook(webhook('a'))
    await store.addWebhook(webhook('b', { events: ['message.settled'] }))
    for (const ref of ['f1', 'f2', 'f3']) await record(ref)
    await store.queueDeliveries()
    expect(await store.findDueWebhooks(2)).toEqual([{ id: 'a', due: 2 }])
  })
}
