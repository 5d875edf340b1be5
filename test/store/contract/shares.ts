import { expect, it } from '@jest/globals'
import type { EventRecord } from '../../../server/store/store.ts'
import { appId, event, hashOf, nowMs, signIn } from '../builders.ts'
import type { Current } from './store-under-test.ts'

export function sharePromises(current: Current): void {
  let events = 0
  async function report(openId: string, record: EventRecord, atMs = nowMs) {
    const { store } = current()
    const n = (events += 1)
    const user = await store.signIn(signIn(openId, { tokenHash: hashOf(`${n}`) }))
    const one = event(`event-${n}`, record, { atMs })
    const [result] = await store.ingest({ appId, user, nowMs, eventsPerDay: 2_000, events: [one] })
    const { id: _, ...rest } = result!
    return rest
  }
  const start = (shareId: string, parentShareId?: string): EventRecord => ({
    type: 'share.started',
    shareId,
    page: 'pages/index',
    ...(parentShareId && { parentShareId }),
  })
  const open = (shareId: string, openGId?: string): EventRecord => ({
    type: 'share.opened',
    shareId,
    scene: 1044,
    page: 'pages/index',
    ...(openGId && { group: { openGId } }),
  })
  const tree = (shareId: string, rest = {}) =>
    current().store.findShare(appId, shareId, { limit: 100, depth: 64, ...rest })

  it('belongs to the user who started it first', async () => {
    expect(await report('ada', start('s1'))).toEqual({ status: 'accepted' })
    expect(await report('bob', start('s1'))).toEqual({ status: 'rejected', reason: 'share_taken' })
    const finish: EventRecord = { type: 'share.finished', shareId: 's1', result: 'ok', groups: [] }
    expect(await report('bob', finish)).toEqual({ status: 'rejected', reason: 'share_taken' })
    expect(await report('ada', finish)).toEqual({ status: 'accepted' })
    expect((await tree('s1'))?.share).toMatchObject({ openId: 'ada', result: 'ok' })
  })

  it('is listed when only an arrival names it', async () => {
    await report('bob', open('s1', 'G'))
    const unknown = { shareId: 's1', depth: 0, opens: 1, openers: 1, openGIds: ['G'] }
    expect((await tree('s1'))?.share).toEqual(unknown)
    expect(await report('ada', start('s1'))).toEqual({ status: 'accepted' })
    expect((await tree('s1'))?.share).toMatchObject({
      ...unknown,
      openId: 'ada',
      page: 'pages/index',
    })
  })

  it('gets a parent once, before or after the parent is known', async () => {
    await report('bob', start('child', 'root'))
    await report('ada', start('root'))
    await report('bob', start('grandchild', 'child'))
    const found = await tree('root')
    expect(found?.descendants.map(({ shareId, depth }) => [shareId, depth])).toEqual([
      ['child', 1],
      ['grandchild', 2],
    ])
    expect((await tree('root', { depth: 1 }))?.descendants).toHaveLength(1)
    expect((await tree('child'))?.share).toMatchObject({ parentShareId: 'root', depth: 0 })
  })

  it('stays without a parent that would make a circle or a chain deeper than 64', async () => {
    await report('ada', start('a', 'b'))
    expect(await report('ada', start('b', 'a'))).toEqual({ status: 'accepted' })
    expect((await tree('b'))?.share).not.toHaveProperty('parentShareId')
    await report('ada', start('self', 'self'))
    expect((await tree('self'))?.descendants).toEqual([])
    for (let n = 1; n <= 70; n++) await report('ada', start(`s${n}`, `s${n - 1}`))
    const found = await tree('s0')
    expect(found?.descendants.at(-1)).toMatchObject({ shareId: 's64', depth: 64 })
    expect((await tree('s65'))?.share).not.toHaveProperty('parentShareId')
  })

  it('has a tree that is paged breadth first without gaps', async () => {
    await report('ada', start('root'))
    for (const name of ['a', 'b', 'c']) {
      await report('ada', start(name, 'root'))
      await report('ada', start(`${name}1`, name))
    }
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await tree('root', { limit: 2, ...(cursor && { cursor }) })
      seen.push(...page!.descendants.map(({ shareId }) => shareId))
      cursor = page!.cursor
    } while (cursor)
    expect(seen).toEqual(['a', 'b', 'c', 'a1', 'b1', 'c1'])
  })

  it('counts arrivals and the users who arrived', async () => {
    await report('ada', start('s1'))
    await report('bob', open('s1'))
    await report('bob', open('s1'))
    await report('cy', open('s1'))
    expect((await tree('s1'))?.share).toMatchObject({ opens: 3, openers: 2 })
  })

  it("returns the groups of the sharer's tickets, and adds the sharer to them", async () => {
    const groups = [{ openGId: 'G1' }, { unavailable: 'timeout' }, { openGId: 'G2' }]
    const result = await report('ada', {
      type: 'share.finished',
      shareId: 's',
      result: 'ok',
      groups,
    })
    expect(result).toEqual({ status: 'accepted', openGIds: ['G1', null, 'G2'] })
    const group = await current().store.findGroup(appId, 'G2', { limit: 10 })
    expect(group).toMatchObject({
      memberCount: 1,
      members: [{ openId: 'ada' }],
      shareIds: ['s'],
      arrivals: [],
    })
  })

  it('has groups whose arrivals are paged, newest first', async () => {
    const { store } = current()
    await report('ada', open('s1', 'G'), nowMs)
    await report('bob', open('s1', 'G'), nowMs + 2)
    await report('ada', open('s1', 'G'), nowMs + 1)
    const first = await store.findGroup(appId, 'G', { limit: 2 })
    expect(first).toMatchObject({
      openGId: 'G',
      firstSeenAt: new Date(nowMs).toISOString(),
      memberCount: 2,
      members: [{ openId: 'ada' }, { openId: 'bob' }],
      shareIds: ['s1'],
      arrivals: [{ openId: 'bob', shareId: 's1', scene: 1044 }, { openId: 'ada' }],
    })
    const second = await store.findGroup(appId, 'G', { limit: 2, cursor: first!.cursor! })
    expect(second?.arrivals).toEqual([
      { openId: 'ada', shareId: 's1', scene: 1044, at: new Date(nowMs).toISOString() },
    ])
    expect(second?.cursor).toBeUndefined()
    expect(await store.findGroup('wx2', 'G', { limit: 2 })).toBeUndefined()
  })

  it('are listed, the one that became known last first, by user and by group', async () => {
    await report('ada', start('s1'))
    await report('bob', open('s2', 'G'))
    await report('ada', start('s3', 's1'))
    await report('eve', open('s3', 'G'))
    await report('bob', start('s4'))
    const list = async (filter: object = {}) => {
      const found: string[] = []
      for (let cursor: string | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
        const page = { limit: 2, ...filter, ...(cursor && { cursor }) }
        const part = await current().store.findShares(appId, page)
        found.push(...part.shares.map(({ shareId }) => shareId))
        cursor = part.cursor
      }
      return found
    }
    expect(await list()).toEqual(['s4', 's3', 's2', 's1'])
    expect(await list({ openId: 'ada' })).toEqual(['s3', 's1'])
    expect(await list({ openGId: 'G' })).toEqual(['s3', 's2'])
    expect(await list({ openId: 'ada', openGId: 'G' })).toEqual(['s3'])
    expect(await list({ openId: 'nobody' })).toEqual([])
    expect(await list({ openGId: 'none' })).toEqual([])
    const { shares } = await current().store.findShares(appId, { limit: 2 })
    expect(shares[1]).toMatchObject({ parentShareId: 's1', depth: 0, opens: 1, openGIds: ['G'] })
    expect(await current().store.findShares('wx0000000000000002', { limit: 2 })).toEqual({
      shares: [],
    })
  })

  it('have groups whose members are told with their arrivals', async () => {
    await report('bob', open('s1', 'G'))
    await report('eve', open('s1', 'G'), nowMs + 1)
    await report('bob', open('s1', 'G'), nowMs + 2)
    const group = await current().store.findGroup(appId, 'G', { limit: 10 })
    const at = (ms: number) => new Date(ms).toISOString()
    expect(group?.members).toMatchObject([
      { openId: 'bob', arrivals: 2, lastArrivalAt: at(nowMs + 2) },
      { openId: 'eve', arrivals: 1, lastArrivalAt: at(nowMs + 1) },
    ])
  })
}
