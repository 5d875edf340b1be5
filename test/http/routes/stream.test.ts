import { afterEach, describe, expect, it } from '@jest/globals'
import { streamRules } from '../../../server/rules/streams.ts'
import { hour } from '../../../server/rules/time.ts'
import type { CreatedApiKeyReply, GroupsReply } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { followStream, type Followed } from '../../support/server/follow-stream.ts'
import { message, template } from '../../support/server/samples.ts'
import { apiKey, app } from '../../support/server/start-reach.ts'
import { useReach } from '../../support/server/use-reach.ts'

const other = { ...app, appId: 'wxfedcba9876543210' }
const server = useReach({
  apps: [app, other],
  apiKeys: [{ key: 'key-that-sends', scopes: ['send'] }],
})
const { appId } = app

let followed: Followed[] = []
afterEach(() => {
  for (const one of followed) one.stop()
  followed = []
})

async function follow(query = '', headers: Record<string, string> = {}): Promise<Followed> {
  const url = `${server.url}/v1/stream?appId=${appId}${query}`
  const one = await followStream(url, { authorization: `Bearer ${apiKey}`, ...headers })
  followed.push(one)
  return one
}
const refused = (headers: Record<string, string>, query = `?appId=${appId}`) =>
  server.ask(`GET /v1/stream${query}`, { token: null, headers })

const submit = async (openId = 'alice-0001') => {
  const phone = await server.phone(openId)
  const formId = await phone.submitForm()
  await phone.postEvents({ type: 'form.submitted', formId, page: 'a' })
}
const send = (key: string) =>
  server.ask<{ id: string }>(`POST /v1/messages?appId=${appId}`, {
    body: message,
    headers: { 'Idempotency-Key': key },
  })

describe('the stream of an app', () => {
  it('tells what happens as it happens, by ids alone', async () => {
    const stream = await follow()
    expect(stream.headers.get('Content-Type')).toBe('text/event-stream')
    expect(stream.headers.get('X-Accel-Buffering')).toBe('no')
    expect(await stream.next()).toMatchObject({ event: 'reset', data: {} })
    await submit()
    const recorded = await stream.next()
    expect(recorded).toEqual({
      id: expect.stringMatching(/^\d+$/),
      event: 'credit.recorded',
      data: { at: expect.any(String), openId: 'alice-0001', kind: 'form' },
    })
    const { id } = (await send('1')).body
    const of = { at: expect.any(String), openId: 'alice-0001', message: id }
    expect(await stream.next()).toMatchObject({ event: 'message.created', data: of })
    const settled = await stream.next()
    expect(settled).toMatchObject({ event: 'message.settled', data: { ...of, state: 'sent' } })
    expect(JSON.stringify(settled)).not.toContain('339208499')
  })

  it('tells how a broadcast goes', async () => {
    const stream = await follow('&topics=broadcast')
    await stream.next()
    const { body: made } = await server.ask<{ id: string }>(`POST /v1/broadcasts?appId=${appId}`, {
      body: { channel: 'template', templateId: template, audience: { from: 'list' } },
      headers: { 'Idempotency-Key': '1' },
    })
    await server.ask(`POST /v1/broadcasts/${made.id}/cancel?appId=${appId}`)
    const counts = { recipients: 0, waiting: 0, sent: 0, refused: 0, unknown: 0, heldOut: 0 }
    const of = { at: expect.any(String), broadcast: made.id, counts }
    expect(await stream.next()).toMatchObject({
      event: 'broadcast.changed',
      data: { ...of, state: 'draft' },
    })
    expect((await stream.next()).data).toEqual({ ...of, state: 'cancelled' })
  })

  it('goes on after the last event that was read, and misses none', async () => {
    const first = await follow()
    await first.next()
    await submit()
    const { id } = await first.next()
    first.stop()
    await send('1')
    const again = await follow('', { 'last-event-id': id })
    expect((await again.next()).event).toBe('message.created')
    expect((await again.next()).event).toBe('message.settled')
  })

  it('begins with reset where it cannot go on: too long ago, or no cursor of ours', async () => {
    for (const cursor of ['0', '999999999', 'nonsense', '-1', '1e3']) {
      const stream = await follow('', { 'last-event-id': cursor })
      expect((await stream.next()).event).toBe('reset')
    }
  })

  it('tells reset instead of more changes than a page would ask for one by one', async () => {
    const stream = await follow()
    const { id } = await stream.next()
    stream.stop()
    await server.monotonic.endedFor(streamRules.lookEveryMs)
    const alice = await server.phone('alice-0001')
    for (let n = 0; n <= streamRules.mostChanges / 100; n += 1) {
      const events = Array.from({ length: 100 }, () => ({
        type: 'share.opened',
        scene: 1007,
        page: 'a',
      }))
      await alice.postEvents(...events)
    }
    const again = await follow('', { 'last-event-id': id })
    const reset = await again.next()
    expect(reset.event).toBe('reset')
    await submit()
    const next = await again.next()
    expect([next.event, Number(next.id) > Number(reset.id)]).toEqual(['credit.recorded', true])
  })

  it('tells of the chosen topics alone', async () => {
    const stream = await follow('&topics=message,group')
    await stream.next()
    await submit()
    await send('1')
    expect((await stream.next()).event).toBe('message.created')
    expectProblem(
      await refused({ authorization: `Bearer ${apiKey}` }, `?appId=${appId}&topics=messages`),
      400,
      'invalid_query',
      'query/topics',
    )
  })

  it('tells nothing of another app', async () => {
    const stream = await follow()
    await stream.next()
    const bob = await server.phone('bob-0001', other.appId)
    await bob.earnForm()
    await submit()
    expect((await stream.next()).data).toMatchObject({ openId: 'alice-0001' })
  })

  it('keeps the connection alive by comments', async () => {
    const stream = await follow()
    await stream.next()
    await server.monotonic.waitedFor(streamRules.lookEveryMs)
    server.monotonic.advance(streamRules.heartbeatMs)
    expect(await stream.comment()).toBe(true)
  })

  it('ends when the server drains, so that nothing waits for it', async () => {
    const stream = await follow()
    await stream.next()
    server.reach.drain()
    expect(await stream.ended).toBe('ended')
    const after = await follow()
    expect(await after.ended).toBe('ended')
  })

  it('ends soon after its key is revoked', async () => {
    const body = { name: 'to be revoked', scopes: ['read'] }
    const made = (await server.ask<CreatedApiKeyReply>('POST /v1/api-keys', { body })).body
    const stream = await follow('', { authorization: `Bearer ${made.secret}` })
    await stream.next()
    await server.ask(`DELETE /v1/api-keys/${made.id}`)
    await server.monotonic.waitedFor(streamRules.lookEveryMs)
    server.monotonic.advance(streamRules.heartbeatMs)
    expect(await stream.ended).toBe('ended')
  })

  it('ends with the session of the console', async () => {
    const signIn = await server.ask('POST /v1/console/session', {
      token: null,
      body: { apiKey },
      headers: { 'X-Reach-Console': '1' },
    })
    const cookie = signIn.headers.get('Set-Cookie')!.split(';')[0]!
    const stream = await follow('', { authorization: '', cookie })
    await stream.next()
    server.clock.advance(12 * hour)
    await server.monotonic.waitedFor(streamRules.lookEveryMs)
    server.monotonic.advance(streamRules.heartbeatMs)
    expect(await stream.ended).toBe('ended')
    expectProblem(await refused({ cookie }), 401, 'unauthorized')
  })

  it('is for keys that may read', async () => {
    const answer = await refused({ authorization: 'Bearer key-that-sends' })
    expectProblem(answer, 403, 'forbidden')
  })

  it('is open at most so often for one key', async () => {
    for (let n = 0; n < streamRules.perKey; n += 1) await follow()
    const answer = await refused({ authorization: `Bearer ${apiKey}` })
    expectProblem(answer, 429, 'rate_limited')
    expect(answer.headers.get('Retry-After')).toBe('2')
    followed[0]!.stop()
    // The server learns a moment later that the client has gone.
    let last: Followed | undefined
    while (!last) last = await follow().catch(() => undefined)
    expect((await last.next()).event).toBe('reset')
  })

  it('costs other requests nothing: a list is still read', async () => {
    await follow()
    expect((await server.ask<GroupsReply>(`GET /v1/groups?appId=${appId}`)).status).toBe(200)
  })
})
