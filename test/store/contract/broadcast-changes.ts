import { expect, it } from '@jest/globals'
import { broadcastRules } from '../../../server/rules/broadcasts.ts'
import type { BroadcastRow, RecipientOutcome } from '../../../server/store/store.ts'
import { appId, broadcast, nowMs } from '../builders.ts'
import type { Current } from './store-under-test.ts'

const second = 1_000
const { toldEveryMs } = broadcastRules

export function broadcastChangePromises(current: Current): void {
  const watch = () => current().store.watchChanges({ appId, forMs: 60 * second })
  async function told(after: number) {
    const changes = (await current().store.readChanges({ appId, after, limit: 100 }))!
    return changes.map((change) => {
      if (change.type !== 'broadcast.changed') throw new Error(change.type)
      const { state, reason, counts, atMs } = change
      const { waiting, sent } = counts
      const why = reason === undefined ? '' : ` (${reason})`
      return `${atMs - nowMs} ${change.id} ${state}${why}: ${waiting} waiting, ${sent} sent`
    })
  }
  const move = ({ id }: BroadcastRow, to: 'start' | 'pause' | 'resume' | 'cancel', rest = {}) =>
    current().store.moveBroadcast({ appId, id, to, nowMs, ...rest })

  async function draft(openIds: string[], rest = {}): Promise<BroadcastRow> {
    const { store } = current()
    const created = await store.createBroadcast(broadcast('1', rest))
    if (created.was === 'conflict') throw new Error('The body is the same.')
    await store.addRecipients({
      broadcast: created.broadcast.number,
      recipients: openIds.map((openId) => ({ openId })),
    })
    return created.broadcast
  }
  async function leased({ number }: BroadcastRow, atMs = nowMs) {
    const lease = { broadcast: number, nowMs: atMs, leaseMs: 60 * second, limit: 100 }
    return (await current().store.leaseRecipients(lease)).recipients
  }
  const settle = (
    { number }: BroadcastRow,
    recipients: Pick<RecipientOutcome, 'user' | 'tries'>[],
    atMs: number,
  ) =>
    current().store.settleRecipients({
      broadcast: number,
      nowMs: atMs,
      outcomes: recipients.map((one) => ({ ...one, to: { state: 'sent' } })),
    })

  it('hold each state of a broadcast, with its counts and why it waits', async () => {
    const start = await watch()
    const row = await draft(['ada', 'bob'])
    await move(row, 'start')
    const hold = { broadcast: row.number, nowMs, untilMs: nowMs + second, reason: 'quota' }
    await current().store.holdBroadcast(hold)
    await leased(row, nowMs + second)
    await move(row, 'pause', { reason: 'credentials' })
    await move(row, 'pause')
    await move(row, 'resume')
    await move(row, 'cancel')
    expect(await told(start)).toEqual([
      '0 bc_1 draft: 0 waiting, 0 sent',
      '0 bc_1 running: 2 waiting, 0 sent',
      '0 bc_1 running (quota): 2 waiting, 0 sent',
      '1000 bc_1 running: 2 waiting, 0 sent',
      '0 bc_1 paused (credentials): 2 waiting, 0 sent',
      '0 bc_1 running: 2 waiting, 0 sent',
      '0 bc_1 cancelled: 2 waiting, 0 sent',
    ])
  })

  it('hold the counts of a broadcast that runs now and then, and the last ones', async () => {
    const row = await draft(['ada', 'bob', 'cyd', 'dan'])
    const start = await watch()
    await move(row, 'start')
    const [a, b, c, d] = await leased(row)
    await settle(row, [a!], nowMs + toldEveryMs - 1)
    await settle(row, [b!], nowMs + toldEveryMs)
    await settle(row, [c!], nowMs + toldEveryMs + 1)
    await settle(row, [d!], nowMs + toldEveryMs + 2)
    expect(await told(start)).toEqual([
      '0 bc_1 running: 4 waiting, 0 sent',
      `${toldEveryMs} bc_1 running: 2 waiting, 2 sent`,
      `${toldEveryMs + 2} bc_1 done: 0 waiting, 4 sent`,
    ])
  })

  it('hold what is settled after a pause, since nothing follows it', async () => {
    const row = await draft(['ada', 'bob'])
    await move(row, 'start')
    const [ada] = await leased(row)
    const start = await watch()
    await move(row, 'pause')
    await settle(row, [ada!], nowMs + 1)
    expect(await told(start)).toEqual([
      '0 bc_1 paused: 2 waiting, 0 sent',
      '1 bc_1 paused: 1 waiting, 1 sent',
    ])
  })

  it('hold that a broadcast begins at its time', async () => {
    const row = await draft(['ada'], { startAtMs: nowMs + second })
    await move(row, 'start')
    const start = await watch()
    await leased(row, nowMs + second)
    expect(await told(start)).toEqual(['1000 bc_1 running: 1 waiting, 0 sent'])
  })

  it('are counted by state', async () => {
    await move(await draft(['ada']), 'start')
    await current().store.createBroadcast(broadcast('2'))
    await current().store.createBroadcast(broadcast('3'))
    const counted = await current().store.countBroadcasts(appId)
    expect(counted.sort((one, other) => one.count - other.count)).toEqual([
      { state: 'running', count: 1 },
      { state: 'draft', count: 2 },
    ])
    expect(await current().store.countBroadcasts('wx1000000000000009')).toEqual([])
  })
}
