import { describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/shares.ts'
import type { GroupReply, ShareReply, SharesReply } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { expectShape } from '../../support/server/shape.ts'
import { startMs } from '../../support/server/start-reach.ts'
import { usePhone, useReach } from '../../support/server/use-reach.ts'

const server = useReach()
const alice = usePhone(server)
const bob = usePhone(server, 'bob-0001')

const started = (shareId: string, parentShareId?: string) => ({
  type: 'share.started',
  shareId,
  page: 'pages/index/index',
  ...(parentShareId !== undefined && { parentShareId }),
})
const opened = (shareId: string, group?: object) => ({
  type: 'share.opened',
  shareId,
  scene: 1044,
  page: 'pages/index/index',
  ...(group && { group }),
})
const tree = async (shareId: string, query = '') => {
  const answer = await server.ask<ShareReply>(`GET /v1/shares/${shareId}${query}`)
  expect(answer.status).toBe(200)
  expectShape(schemas.shareReply, answer.body)
  return answer.body
}
const idsUnder = async (shareId: string, query?: string) =>
  (await tree(shareId, query)).descendants.map((node) => node.shareId)

describe('a share', () => {
  it('has its owner, result, openers and their groups', async () => {
    const group = await bob.groupData('family')
    await alice.postEvents(
      { ...started('share-root'), path: '/pages/index/index?id=1', title: '看看', from: 'menu' },
      { type: 'share.finished', shareId: 'share-root', result: 'ok' },
    )
    await bob.postEvents(opened('share-root', group), opened('share-root'))
    expect((await tree('share-root')).share).toEqual({
      shareId: 'share-root',
      depth: 0,
      openId: 'alice-0001',
      page: 'pages/index/index',
      path: '/pages/index/index',
      title: '看看',
      from: 'menu',
      startedAt: new Date(startMs).toISOString(),
      result: 'ok',
      opens: 2,
      openers: 1,
      openGIds: [group.openGId],
    })
  })

  it('of another user keeps its owner: a second claim is share_taken', async () => {
    await alice.postEvents(started('share-root'))
    expect(await bob.postEvents(started('share-root'))).toMatchObject([
      { status: 'rejected', reason: 'share_taken' },
    ])
    expect(
      await bob.postEvents({ type: 'share.finished', shareId: 'share-root', result: 'cancel' }),
    ).toMatchObject([{ status: 'rejected', reason: 'share_taken' }])
    expect((await tree('share-root')).share).toMatchObject({ openId: 'alice-0001' })
  })

  it('that is not started yet is a placeholder until its start arrives', async () => {
    await bob.postEvents(opened('share-late'))
    const { share } = await tree('share-late')
    expect(share).toEqual({ shareId: 'share-late', depth: 0, opens: 1, openers: 1, openGIds: [] })
    expect(await alice.postEvents(started('share-late'))).toMatchObject([{ status: 'accepted' }])
    expect((await tree('share-late')).share).toMatchObject({ openId: 'alice-0001', opens: 1 })
  })
})

describe('the list of shares', () => {
  it('is of all, of a user or in a group, newest first', async () => {
    const group = await bob.groupData('family')
    await alice.postEvents(started('share-root'), started('share-a-01', 'share-root'))
    await bob.postEvents(opened('share-root', group), started('share-b-01', 'share-root'))
    const list = async (query: string) => {
      const answer = await server.ask<SharesReply>(`GET /v1/shares${query}`)
      expect(answer.status).toBe(200)
      expectShape(schemas.sharesReply, answer.body)
      return answer.body.shares.map(({ shareId }) => shareId)
    }
    expect(await list('')).toEqual(['share-b-01', 'share-a-01', 'share-root'])
    expect(await list('?openId=bob-0001')).toEqual(['share-b-01'])
    const openGId = encodeURIComponent(group.openGId)
    expect(await list(`?openGId=${openGId}`)).toEqual(['share-root'])
    expectProblem(await server.ask('GET /v1/shares?openGId='), 400, 'invalid_query')
  })
})

describe('the tree of shares', () => {
  it('is listed breadth first, by depth, and paged', async () => {
    await alice.postEvents(started('share-root'), started('share-a-01', 'share-root'))
    await bob.postEvents(started('share-b-01', 'share-root'), started('share-aa-1', 'share-a-01'))
    expect(await idsUnder('share-root')).toEqual(['share-a-01', 'share-b-01', 'share-aa-1'])
    expect(await idsUnder('share-root', '?depth=1')).toEqual(['share-a-01', 'share-b-01'])
    expect(await idsUnder('share-root', '?depth=0')).toEqual([])
    const first = await tree('share-root', '?limit=2')
    const rest = await tree('share-root', `?limit=2&cursor=${first.cursor}`)
    expect([...first.descendants, ...rest.descendants].map(({ depth }) => depth)).toEqual([1, 1, 2])
    expect(rest.cursor).toBeUndefined()
  })

  it('sets a parent once', async () => {
    await alice.postEvents(started('share-root'), started('share-kid1', 'share-root'))
    expect(await alice.postEvents(started('share-kid1', 'share-else'))).toMatchObject([
      { status: 'duplicate' },
    ])
    expect(await idsUnder('share-root')).toEqual(['share-kid1'])
  })

  it('accepts a parent that has not started', async () => {
    await bob.postEvents(started('share-kid1', 'share-root'))
    await alice.postEvents(started('share-root'))
    expect(await idsUnder('share-root')).toEqual(['share-kid1'])
  })

  it('has no cycle of one or of three', async () => {
    await alice.postEvents(
      started('share-self', 'share-self'),
      started('share-0001', 'share-0003'),
      started('share-0002', 'share-0001'),
      started('share-0003', 'share-0002'),
    )
    expect(await idsUnder('share-self')).toEqual([])
    expect(await idsUnder('share-0003')).toEqual(['share-0001', 'share-0002'])
    expect(await idsUnder('share-0002')).toEqual([])
  })

  it('is at most 64 deep, at whichever end it grows', async () => {
    const name = (n: number) => `share-${String(n).padStart(4, '0')}`
    const chain = Array.from({ length: 80 }, (_, n) => started(name(n), name(n + 1)))
    await alice.postEvents(...chain)
    const depths = (await tree(name(80), '?limit=500')).descendants.map(({ depth }) => depth)
    expect(Math.max(...depths, 0)).toBeLessThanOrEqual(64)
    const lengths = await Promise.all(
      [0, 40, 63, 64, 79].map((n) => idsUnder(name(n), '?limit=500')),
    )
    expect(Math.max(...lengths.map(({ length }) => length))).toBeLessThanOrEqual(64)
  })
})

describe('a group', () => {
  it('lists its arrivals newest first, paged', async () => {
    const { openGId, ...group } = await bob.groupData('family')
    for (const shareId of ['share-0001', 'share-0002', 'share-0003']) {
      await bob.postEvents(opened(shareId, group))
      server.clock.advance(1_000)
    }
    const page = async (query: string) =>
      (await server.ask<GroupReply>(`GET /v1/groups/${openGId}?${query}`)).body
    const first = await page('limit=2')
    const rest = await page(`limit=2&cursor=${first.cursor}`)
    expect([...first.arrivals, ...rest.arrivals].map(({ shareId }) => shareId)).toEqual([
      'share-0003',
      'share-0002',
      'share-0001',
    ])
  })
})
