import { expect, it } from '@jest/globals'
import type { Delivery, MessageId, Settle } from '../../../server/store/store.ts'
import type { MessageReason } from '../../../shared/wire/index.ts'
import { appId, message, nowMs, push, subscription } from '../builders.ts'
import { expectSums } from '../sums.ts'
import type { Current } from './store-under-test.ts'

export function deliveryPromises(current: Current): void {
  const minute = 60_000
  const lost: MessageReason = { code: 'outcome_unknown', detail: 'lost' }
  const refused: MessageReason = { code: 'user_unknown', detail: 'refused' }
  let made = 0

  async function begin(templateId = 'T', atMs = nowMs) {
    const { store } = current()
    const credit = subscription(templateId)
    await store.recordCredit({ appId, openId: 'ada', nowMs, credit })
    const opened = await store.openMessage(
      message(`key ${(made += 1)}`, {
        channel: 'subscribe',
        kinds: ['subscription'],
        ref: templateId,
        templateId,
        nowMs: atMs,
      }),
    )
    if (opened.was !== 'reserved') throw new Error(`It was ${opened.was}.`)
    return opened.message.id
  }
  const end = (id: MessageId, to: Settle['message'], atMs = nowMs) =>
    current().store.settle({
      id,
      holder: 'first',
      attempts: 1,
      nowMs: atMs,
      credit: { outcome: 'spent' },
      message: to,
    })
  const unknown = { state: 'unknown', reason: lost } as const
  const delivered = (delivery: Partial<Delivery> = {}, atMs = nowMs + minute) =>
    current().store.recordPush(
      push(`delivery ${(made += 1)}`, {
        atMs,
        nowMs: atMs,
        record: { type: 'deliveries', deliveries: [{ templateId: 'T', ...delivery }] },
      }),
    )
  const find = (id: MessageId) => current().store.findMessage(appId, id)

  it('settle the only unknown message', async () => {
    const id = await begin()
    await end(id, unknown)
    await delivered()
    expect(await find(id)).toMatchObject({ state: 'sent', settledAtMs: nowMs + minute })
    expect((await find(id))?.reason).toBeUndefined()
    await expectSums(current().store, appId, 'ada')
  })

  it('yield to a late reply, and leave the credit of an unknown message used', async () => {
    const { store } = current()
    const id = await begin()
    await end(id, unknown)
    const late = await end(id, { state: 'refused', reason: refused }, nowMs + minute)
    expect(late).toMatchObject({ message: { state: 'refused', reason: refused }, wasUnknown: true })
    await delivered({}, nowMs + 2 * minute)
    expect(await end(id, { state: 'sent' })).toBeUndefined()
    expect(await find(id)).toMatchObject({ state: 'refused', settledAtMs: nowMs + minute })
    expect(await store.findCredits(appId, 'ada', nowMs)).toEqual([])
    await expectSums(store, appId, 'ada')
  })

  it('settle it as refused with the reason', async () => {
    const id = await begin()
    await end(id, unknown)
    await delivered({ reason: refused })
    expect(await find(id)).toMatchObject({ state: 'refused', reason: refused })
  })

  it('take effect when they come before the call has ended', async () => {
    const [arrived, failed] = [await begin('T'), await begin('U')]
    await delivered()
    await delivered({ templateId: 'U', reason: refused })
    expect(await find(arrived)).toMatchObject({ state: 'sending' })
    expect((await end(arrived, unknown))?.message).toMatchObject({ state: 'sent' })
    expect((await end(failed, unknown))?.message).toMatchObject({ state: 'refused' })
  })

  it('do not change a message whose call had a known outcome', async () => {
    const id = await begin()
    await end(id, { state: 'sent' })
    await delivered({ reason: refused })
    expect(await find(id)).toMatchObject({ state: 'sent' })
  })

  it('settle none of two possible messages', async () => {
    const [a, b] = [await begin(), await begin()]
    await end(a, unknown)
    await end(b, { state: 'sent' })
    await delivered()
    expect(await find(a)).toMatchObject({ state: 'unknown' })
  })

  it("find their message by WeChat's own id, and leave others", async () => {
    const [a, b] = [await begin(), await begin()]
    await end(a, unknown)
    await end(b, { state: 'sent', platformId: '1700827132819554304' })
    await delivered({ platformId: '1700827132819554304' })
    expect(await find(a)).toMatchObject({ state: 'unknown' })
    await delivered({ platformId: '1700827132819554305' })
    expect(await find(a)).toMatchObject({ state: 'sent' })
  })

  it('without an id settle none while a message with an id has no report', async () => {
    const [a, b] = [await begin(), await begin()]
    await end(a, unknown)
    await end(b, { state: 'sent', platformId: '1' })
    await delivered()
    expect(await find(a)).toMatchObject({ state: 'unknown' })
  })

  it('settle each message once', async () => {
    const [a, b] = [await begin(), await begin()]
    await end(b, { state: 'sent', platformId: '1' })
    await delivered({ platformId: '1' })
    await end(a, unknown)
    await delivered({ reason: refused })
    expect(await find(a)).toMatchObject({ state: 'refused' })
    await delivered()
    expect(await find(a)).toMatchObject({ state: 'refused' })
  })

  it('match a message to the same user with the same template at that time', async () => {
    const id = await begin()
    await end(id, unknown)
    await delivered({ templateId: 'U' })
    await delivered({}, nowMs - 2 * minute)
    await delivered({}, nowMs + 11 * minute)
    expect(await find(id)).toMatchObject({ state: 'unknown' })
    await current().store.recordPush(
      push('of another', {
        openId: 'bob',
        record: { type: 'deliveries', deliveries: [{ templateId: 'T' }] },
      }),
    )
    expect(await find(id)).toMatchObject({ state: 'unknown' })
  })
}
