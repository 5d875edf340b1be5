import { describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/broadcasts.ts'
import { broadcastRules } from '../../../server/rules/broadcasts.ts'
import { day, hour, minute } from '../../../server/rules/time.ts'
import type {
  Broadcast,
  BroadcastForecast,
  BroadcastsReply,
  BroadcastWithCounts,
  RecipientsAdded,
  RecipientsReply,
} from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { template } from '../../support/server/samples.ts'
import { expectShape } from '../../support/server/shape.ts'
import { startMs } from '../../support/server/start-reach.ts'
import { usePhone, useReach } from '../../support/server/use-reach.ts'

const at = (ms: number) => new Date(ms).toISOString()
const lines = (...recipients: object[]) =>
  Buffer.from(recipients.map((one) => JSON.stringify(one)).join('\n'))

const text = {
  channel: 'template',
  templateId: template,
  data: { keyword1: { value: 'Hello {{name}}' }, keyword2: { value: '咖啡' } },
  audience: { from: 'list' },
}
const toList = { channel: 'template', audience: { from: 'list' } } as const
const toHolders = { ...text, data: { keyword1: { value: '咖啡' } }, audience: { from: 'holders' } }

const activeSince = (moment: string) => ({ from: 'holders', activeSince: moment })

describe('broadcasts', () => {
  const server = useReach()
  const alice = usePhone(server)
  const post = <Body = Broadcast>(body: object = text, key = 'key-1') =>
    server.ask<Body>('POST /v1/broadcasts', { body, headers: { 'Idempotency-Key': key } })
  const get = async (id: string) =>
    (await server.ask<BroadcastWithCounts>(`GET /v1/broadcasts/${id}`)).body
  const move = (id: string, to: string) => server.ask<Broadcast>(`POST /v1/broadcasts/${id}/${to}`)
  const upload = (id: string, body: Buffer, query = '') =>
    server.ask<RecipientsAdded>(`POST /v1/broadcasts/${id}/recipients${query}`, { body })
  const inbox = async (openId: string) =>
    (await server.sandbox<{ messages: { body: object }[] }>(`GET /sandbox/inbox/${openId}`)).body
      .messages
  /** The worker runs until the broadcast is over. */
  async function over(id: string): Promise<BroadcastWithCounts> {
    server.reach.start()
    for (let look = 0; look < 200; look++) {
      const body = await get(id)
      if (body.state === 'done') return body
      server.monotonic.advance(minute)
      await new Promise((resolve) => setImmediate(resolve))
    }
    throw new Error('The broadcast does not end.')
  }

  it('go from a draft to the phones of those who were uploaded', async () => {
    await alice.earnForm()
    const { status, body } = await post({ ...text, name: 'Autumn', perMinute: 600 })
    expectShape(schemas.broadcast, body)
    expect([status, body]).toEqual([
      201,
      {
        id: body.id,
        name: 'Autumn',
        channel: 'template',
        templateId: template,
        state: 'draft',
        audience: { from: 'list' },
        counts: { recipients: 0, waiting: 0, sent: 0, refused: 0, unknown: 0, heldOut: 0 },
        createdAt: at(startMs),
        perMinute: 600,
      },
    ])
    const added = await upload(
      body.id,
      lines(
        { openId: 'alice-0001', data: { name: 'Alice' } },
        { openId: 'bobby-0001', data: { name: 'Bob' } },
      ),
    )
    expectShape(schemas.recipientsAdded, added.body)
    expect(added.body).toEqual({
      added: 2,
      known: 0,
      bad: 0,
      problems: [],
      counts: { recipients: 2, waiting: 2, sent: 0, refused: 0, unknown: 0, heldOut: 0 },
    })
    expect((await move(body.id, 'start')).body).toMatchObject({
      state: 'running',
      startedAt: at(startMs),
      deadline: at(startMs + broadcastRules.lastsMs),
    })
    const done = await over(body.id)
    expectShape(schemas.broadcastWithCounts, done)
    expect(done).toMatchObject({
      counts: { recipients: 2, waiting: 0, sent: 1, refused: 1 },
      reasons: [{ state: 'refused', reason: 'no_credit', count: 1 }],
      content: { channel: 'template', data: text.data },
    })
    expect(await inbox('alice-0001')).toMatchObject([
      { body: { data: { keyword1: { value: 'Hello Alice' }, keyword2: { value: '咖啡' } } } },
    ])
    const listed = await server.ask<RecipientsReply>(
      `GET /v1/broadcasts/${body.id}/recipients?state=sent`,
    )
    expectShape(schemas.recipientsReply, listed.body)
    expect(listed.body.recipients).toEqual([
      { openId: 'alice-0001', state: 'sent', messageId: expect.any(String) },
    ])
    const { messageId } = listed.body.recipients[0]!
    const message = await server.ask(`GET /v1/messages/${messageId}`)
    expect(message.body).toMatchObject({ state: 'sent', openId: 'alice-0001' })
  })

  it('to holders begin by themselves, and a dry run counts them', async () => {
    await alice.earnForm()
    await (await server.phone('bobby-0001')).earnForm()
    const dry = await post<BroadcastForecast>({ ...toHolders, dryRun: true, perMinute: 1 })
    expectShape(schemas.broadcastForecast, dry.body)
    expect([dry.status, dry.body]).toEqual([
      200,
      { reachable: 2, refused: [], heldOut: 0, credits: 2, takesSeconds: 120 },
    ])
    expect((await server.ask<BroadcastsReply>('GET /v1/broadcasts')).body.broadcasts).toEqual([])
    const { body } = await post(toHolders)
    expect(body.state).toBe('running')
    expect(await over(body.id)).toMatchObject({ counts: { recipients: 2, sent: 2 } })
  })

  it('to holders with a tag reach those of that tag alone', async () => {
    await alice.earnForm()
    const bob = await server.phone('bobby-0001')
    const formId = await bob.submitForm()
    await bob.postEvents({ type: 'form.submitted', formId, page: 'pages/a', tag: '秋季' })
    const tagged = { ...toHolders, audience: { from: 'holders', tag: '秋季' } }
    const dry = await post<BroadcastForecast>({ ...tagged, dryRun: true })
    expect(dry.body).toMatchObject({ reachable: 1, credits: 1 })
    const { body } = await post(tagged)
    expect(body.audience).toEqual({ from: 'holders', tag: '秋季' })
    await over(body.id)
    const { recipients } = (
      await server.ask<RecipientsReply>(`GET /v1/broadcasts/${body.id}/recipients`)
    ).body
    expect(recipients).toMatchObject([{ openId: 'bobby-0001', state: 'sent' }])
  })

  it('to holders reach those alone who were active, in a group and came by a share', async () => {
    const bob = await server.phone('bobby-0001')
    const carol = await server.phone('carol-0001')
    const family = await bob.groupData('family')
    const opened = { type: 'share.opened', scene: 1044, page: 'pages/a' }
    for (const phone of [alice, bob, carol]) await phone.earnForm()
    await bob.postEvents({ ...opened, shareId: 'share-0001', group: family })
    await carol.postEvents({ ...opened, shareId: 'share-0001' })
    server.clock.advance(hour)
    await bob.postEvents(opened)
    const later = at(startMs + hour)
    for (const [rest, reachable] of [
      [{}, 3],
      [{ shareId: 'share-0001' }, 2],
      [{ openGId: family.openGId }, 1],
      [{ shareId: 'share-0001', openGId: family.openGId, activeSince: later }, 1],
      [{ activeSince: at(startMs) }, 3],
      [{ activeSince: later }, 1],
      [{ shareId: 'share-none' }, 0],
      [{ openGId: 'group-none' }, 0],
    ] as const) {
      const audience = { from: 'holders', ...rest }
      const dry = await post<BroadcastForecast>({ ...toHolders, audience, dryRun: true })
      expect([rest, dry.body.reachable]).toEqual([rest, reachable])
    }
    const audience = { from: 'holders', shareId: 'share-0001', activeSince: later }
    const { body } = await post({ ...toHolders, audience })
    expect(body.audience).toEqual(audience)
    await over(body.id)
    const { recipients } = (
      await server.ask<RecipientsReply>(`GET /v1/broadcasts/${body.id}/recipients`)
    ).body
    expect(recipients).toMatchObject([{ openId: 'bobby-0001', state: 'sent' }])
  })

  it('to a list are forecast before they start, and not once they are over', async () => {
    await alice.earnForm()
    const { body } = await post()
    const forecast = () => server.ask<BroadcastForecast>(`GET /v1/broadcasts/${body.id}/forecast`)
    expect((await forecast()).body).toMatchObject({ reachable: 0, refused: [] })
    const people = ['alice-0001', 'bobby-0001', 'carol-0001']
    await upload(body.id, lines(...people.map((openId) => ({ openId, data: { name: 'you' } }))))
    const { status, body: drafted } = await forecast()
    expectShape(schemas.broadcastForecast, drafted)
    expect([status, drafted]).toEqual([
      200,
      {
        reachable: 1,
        refused: [{ reason: 'no_credit', count: 2 }],
        heldOut: 0,
        credits: 1,
        takesSeconds: 1,
      },
    ])
    await move(body.id, 'start')
    const done = await over(body.id)
    expect(done.counts).toMatchObject({ sent: drafted.reachable, refused: 2 })
    expect(done.reasons).toEqual([{ state: 'refused', reason: 'no_credit', count: 2 }])
    expectProblem(await forecast(), 409, 'broadcast_state')
    const none = await server.ask('GET /v1/broadcasts/bc_none/forecast')
    expectProblem(none, 404, 'not_found')
  })

  it('leave out a part of their audience, who are recipients and get nothing', async () => {
    const { body } = await post({ ...text, holdout: 50 })
    expect(body.holdout).toBe(50)
    const users = Array.from({ length: 60 }, (_, n) => `user-${1000 + n}`)
    const { counts } = (
      await upload(body.id, lines(...users.map((openId) => ({ openId, data: { name: 'you' } }))))
    ).body
    expect(counts.heldOut).toBeGreaterThan(5)
    expect(counts).toMatchObject({ recipients: 60, waiting: 60 - counts.heldOut })
    await move(body.id, 'start')
    expect((await over(body.id)).counts).toEqual({
      ...counts,
      waiting: 0,
      refused: 60 - counts.heldOut,
    })
    const left = await server.ask<RecipientsReply>(
      `GET /v1/broadcasts/${body.id}/recipients?state=heldOut&limit=100`,
    )
    expectShape(schemas.recipientsReply, left.body)
    expect(left.body.recipients).toHaveLength(counts.heldOut)
    for (const { messageId } of left.body.recipients) expect(messageId).toBeUndefined()
  })

  it('are made once for their key', async () => {
    const first = await post()
    const again = await post()
    expect(again.body).toEqual(first.body)
    expect(again.headers.get('Idempotency-Replayed')).toBe('true')
    expectProblem(await post({ ...text, name: 'other' }), 422, 'idempotency_conflict')
    const none = await server.ask('POST /v1/broadcasts', { body: text })
    expectProblem(none, 400, 'invalid_header')
  })

  it.each([
    ['/data/keyword1/value', { data: { keyword1: { value: 'Hello {{name' } } }],
    ['/data/keyword1/value', { audience: { from: 'holders' } }],
    ['/audience/from', { audience: { from: 'all' } }],
    ['/audience/tag', { audience: { from: 'list', tag: 'autumn' } }],
    ['/audience/activeSince', { audience: { from: 'list', activeSince: at(startMs) } }],
    ['/audience/openGId', { audience: { from: 'list', openGId: 'group-1' } }],
    ['/audience/shareId', { audience: { from: 'list', shareId: 'share-0001' } }],
    ['/audience/activeSince', { ...toHolders, audience: activeSince('yesterday') }],
    ['/audience/activeSince', { ...toHolders, audience: activeSince(at(startMs + 1)) }],
    ['/audience/openGId', { ...toHolders, audience: { from: 'holders', openGId: '' } }],
    ['/audience/shareId', { ...toHolders, audience: { from: 'holders', shareId: 'short' } }],
    ['/audience/group', { ...toHolders, audience: { from: 'holders', group: 'group-1' } }],
    ['/page', { page: '/pages/a' }],
    ['/deadline', { startAt: at(startMs + day), deadline: at(startMs + hour) }],
    ['/startAt', { startAt: at(startMs + 31 * day) }],
    ['/deadline', { deadline: at(startMs + 31 * day) }],
    ['/sendWindow/until', { sendWindow: { from: '09:00', until: '09:00' } }],
    ['/sendWindow/timeZone', { sendWindow: { from: '09:00', until: '21:00', timeZone: 'Mars' } }],
    ['/sendWindow/from', { sendWindow: { from: '9', until: '21:00' } }],
    ['/perMinute', { perMinute: 0 }],
    ['/holdout', { holdout: 0 }],
    ['/holdout', { holdout: 51 }],
    ['/holdout', { holdout: 2.5 }],
    ['/dryRun', { dryRun: true }],
    ['/openId', { openId: 'alice-0001' }],
    ['/data/thing1/value', { channel: 'subscribe', data: { thing1: { value: 'x'.repeat(21) } } }],
    ['/data/word', { channel: 'subscribe', data: { word: { value: '{{name}}' } } }],
  ])('name the bad field: %s %j', async (path, rest) => {
    expectProblem(await post({ ...text, ...rest }), 400, 'invalid_body', path)
  })

  it('refuse a part of too many lines, and add none of it', async () => {
    const { body } = await post()
    const line = '{"openId":"alice-0001"}\n'
    const part = Buffer.from(line + '\n'.repeat(broadcastRules.maxUploadLines))
    const added = await upload(body.id, part)
    expectProblem(added, 400, 'invalid_body')
    expect(added.body).toMatchObject({ detail: expect.stringContaining('100000 lines') })
    const { counts } = (await server.ask<Broadcast>(`GET /v1/broadcasts/${body.id}`)).body
    expect(counts.recipients).toBe(0)
  })

  it('name bad lines, and add the others', async () => {
    const { body } = await post({
      channel: 'subscribe',
      templateId: template,
      data: { thing1: { value: '{{name}}' } },
      audience: { from: 'list' },
    })
    const part = Buffer.concat([
      lines({ openId: 'alice-0001', data: { name: 'Alice' } }, { openId: 'bobby-0001' }),
      Buffer.from('\n{"openId":\n'),
      lines(
        { openId: 'carol-0001', data: { name: 'x'.repeat(21) } },
        { openId: 'alice-0001', data: { name: 'Other' } },
      ),
    ])
    const added = await upload(body.id, part)
    expect(added.body).toEqual({
      added: 1,
      known: 1,
      bad: 3,
      problems: [
        { line: 2, message: 'data lacks name' },
        { line: 3, message: 'is not JSON' },
        { line: 4, message: expect.stringContaining('data.thing1.value, filled, must be') },
      ],
      counts: { recipients: 1, waiting: 1, sent: 0, refused: 0, unknown: 0, heldOut: 0 },
    })
    const again = await upload(body.id, part)
    expect(again.body).toMatchObject({ added: 0, known: 2, counts: { recipients: 1 } })
    const csv = Buffer.from('openId,name\ndavid-0001,Dave\nalice-0001,Alice\n')
    expect((await upload(body.id, csv, '?format=csv')).body).toMatchObject({ added: 1, known: 1 })
  })

  it('name the first hundred bad lines of a part of 30,000, and count all', async () => {
    const { body } = await post()
    const recipients = Array.from({ length: 15_000 }, (_, n) => ({
      openId: `user-${String(n).padStart(6, '0')}`,
      data: { name: String(n) },
    }))
    const part = Buffer.concat([lines(...recipients), Buffer.from('\nno'.repeat(15_000))])
    const added = await upload(body.id, part)
    expect(added.body).toMatchObject({ added: 15_000, bad: 15_000 })
    expect(added.body.problems).toHaveLength(broadcastRules.maxProblems)
    const tooLarge = Buffer.alloc(broadcastRules.maxUploadBytes + 1, 'a')
    expectProblem(await upload(body.id, tooLarge), 413, 'body_too_large')
  })

  it('are paused, resumed and cancelled, and say why that is not possible', async () => {
    const { body } = await post({ ...text, startAt: at(startMs + day) })
    const { id } = body
    await upload(id, lines({ openId: 'alice-0001', data: { name: 'Alice' } }))
    expectProblem(await move(id, 'pause'), 409, 'broadcast_state')
    expect((await move(id, 'start')).body).toMatchObject({ state: 'scheduled' })
    expect((await move(id, 'start')).status).toBe(200)
    const late = await upload(id, lines({ openId: 'bobby-0001', data: { name: 'Bob' } }))
    expectProblem(late, 409, 'broadcast_state')
    expect((await move(id, 'pause')).body.state).toBe('paused')
    const again = await move(id, 'start')
    expectProblem(again, 409, 'broadcast_state')
    expect(again.body).toMatchObject({ detail: expect.stringContaining('cannot be started') })
    expect((await move(id, 'resume')).body.state).toBe('scheduled')
    const cancelled = await move(id, 'cancel')
    expect(cancelled.body).toMatchObject({ state: 'cancelled', endedAt: at(startMs) })
    expect((await move(id, 'cancel')).body).toEqual(cancelled.body)
    expectProblem(await move(id, 'resume'), 409, 'broadcast_state')
    for (const path of ['', '/recipients']) {
      expectProblem(await server.ask(`GET /v1/broadcasts/bc_none${path}`), 404, 'not_found')
    }
    expectProblem(await move('bc_none', 'start'), 404, 'not_found')
  })

  it('are listed newest first, by their state', async () => {
    const [first, second] = [await post(text, 'a'), await post(text, 'b')]
    await move(first.body.id, 'cancel')
    const { body } = await server.ask<BroadcastsReply>('GET /v1/broadcasts')
    expectShape(schemas.broadcastsReply, body)
    expect(body.broadcasts.map(({ id }) => id)).toEqual([second.body.id, first.body.id])
    const drafts = await server.ask<BroadcastsReply>('GET /v1/broadcasts?state=draft')
    expect(drafts.body.broadcasts.map(({ id }) => id)).toEqual([second.body.id])
  })

  it('are the functions of the client', async () => {
    const { broadcasts } = server.reach.app()
    await alice.earnForm()
    const made = await broadcasts.create({ ...text, ...toList })
    await broadcasts.upload(made.id, lines({ openId: 'alice-0001', data: { name: 'Alice' } }))
    await broadcasts.start(made.id)
    expect((await over(made.id)).counts.sent).toBe(1)
    const dry = { ...text, data: {}, audience: { from: 'holders' }, dryRun: true } as const
    expect((await broadcasts.create({ ...dry, channel: 'template' })).reachable).toBe(0)
  })
})
