import { beforeEach, expect, it } from '@jest/globals'
import type { MessageId, Settle } from '../../../server/store/store.ts'
import type { MessageReason } from '../../../shared/wire/index.ts'
import { appId, claim, form, message, nowMs, queued } from '../builders.ts'
import type { Current } from './store-under-test.ts'

export function limitPromises(current: Current): void {
  const over: MessageReason = { code: 'user_limit', detail: 'enough for today' }
  const closed: MessageReason = { code: 'quiet_hours', detail: 'at night' }
  beforeEach(async () => {
    for (const ref of ['f1', 'f2', 'f3']) {
      await current().store.recordCredit({ appId, openId: 'ada', nowMs, credit: form(ref) })
    }
  })
  const send = (key: string, most = 2, day = 20_000) =>
    current().store.openMessage(message(key, { limit: { perDay: { day, most, ifOver: over } } }))
  const settle = (id: MessageId, to: Settle['message'], credit: 'spent' | 'givenBack') =>
    current().store.settle({
      id,
      holder: 'first',
      attempts: 1,
      nowMs,
      credit: { outcome: credit },
      message: to,
    })
  async function sent(key: string) {
    const opened = await send(key)
    if (opened.was !== 'reserved') throw new Error(`It was ${opened.was}.`)
    return opened.message.id
  }
  const free = async () =>
    (await current().store.findCredits(appId, 'ada', nowMs)).filter(({ usesLeft }) => usesLeft! > 0)
      .length

  it('bound the messages to a user a day, also concurrent ones, and take no credit', async () => {
    const all = await Promise.all(['1', '2', '3'].map((key) => send(key)))
    expect(all.map(({ was }) => was).sort()).toEqual(['refused', 'reserved', 'reserved'])
    expect(all.find(({ was }) => was === 'refused')).toMatchObject({
      message: { state: 'refused', reason: over, attempts: 0 },
    })
    expect(await free()).toBe(1)
  })

  it('begin anew with the next day, and hold for each user', async () => {
    await Promise.all(['1', '2'].map((key) => send(key)))
    expect(await send('3', 2, 20_001)).toMatchObject({ was: 'reserved' })
    await current().store.recordCredit({ appId, openId: 'bob', nowMs, credit: form('f1') })
    const other = message('1', {
      openId: 'bob',
      limit: { perDay: { day: 20_000, most: 1, ifOver: over } },
    })
    expect(await current().store.openMessage(other)).toMatchObject({ was: 'reserved' })
  })

  it('do not count refused messages, and count unknown ones', async () => {
    const [a, b] = [await sent('1'), await sent('2')]
    await settle(a, { state: 'refused', reason: over }, 'givenBack')
    expect(await send('3')).toMatchObject({ was: 'reserved' })
    await settle(b, { state: 'unknown', reason: over }, 'spent')
    expect(await send('4')).toMatchObject({ was: 'refused' })
  })

  it('do not count a replayed message, nor one without a credit', async () => {
    await sent('1')
    expect(await send('1')).toMatchObject({ was: 'replayed' })
    const none = message('none', {
      kinds: ['payment'],
      limit: { perDay: { day: 20_000, most: 2, ifOver: over } },
    })
    expect(await current().store.openMessage(none)).toMatchObject({ was: 'refused' })
    expect(await send('2')).toMatchObject({ was: 'reserved' })
    expect(await send('3')).toMatchObject({ was: 'refused' })
  })

  it('refuse new and queued messages while sending is closed', async () => {
    const id = await sent('1')
    await settle(id, queued(), 'givenBack')
    const refused = await current().store.openMessage(message('2', { limit: { closed } }))
    expect(refused).toMatchObject({ was: 'refused', message: { reason: closed } })
    const [claimed] = await current().store.claimMessages(
      claim('first', { limits: { template: { closed } } }),
    )
    expect(claimed?.message).toMatchObject({ id, state: 'refused', reason: closed })
    expect(await free()).toBe(3)
    expect(await send('3')).toMatchObject({ was: 'reserved' })
    expect(await send('4')).toMatchObject({ was: 'reserved' })
  })
}
