/** A user who is erased, over HTTP, on each engine. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import * as schemas from '../../server/http/schemas/users.ts'
import type { AuditReply, ErasedReply, GroupReply, Message } from '../../shared/wire/index.ts'
import { engines } from '../support/engines.ts'
import { expectProblem } from '../support/server/expect-problem.ts'
import { template } from '../support/server/samples.ts'
import { expectShape } from '../support/server/shape.ts'
import { user } from '../support/server/start-pushes.ts'
import { openWorld, type PrivacyWorld } from './open-world.ts'

const message = { channel: 'template', templateId: template }

describe.each(engines.map((engine) => [engine.name, engine] as const))('on %s', (_, engine) => {
  let world: PrivacyWorld
  let server: PrivacyWorld['server']
  let alice: PrivacyWorld['alice']
  let search: PrivacyWorld['search']
  beforeEach(async () => {
    world = await openWorld(engine, '2018')
    ;({ server, alice, search } = world)
  })
  afterEach(() => world.close())

  async function erase(openId = user): Promise<ErasedReply> {
    const answer = await server.ask<ErasedReply>(`DELETE /v1/users/${openId}`)
    expect(answer.status).toBe(200)
    expectShape(schemas.erasedReply, answer.body)
    return answer.body
  }

  /** Every kind of row that can belong to a user. */
  async function live(): Promise<{ sent: Message; openGId: string }> {
    const formId = await alice.submitForm()
    const form = { type: 'form.submitted', formId, page: 'pages/a', tag: 'asked in autumn' }
    await alice.postEvents(form)
    await alice.earnForm()
    await server.ask('POST /v1/credits/payment', {
      body: { openId: user, prepayId: await alice.pay() },
    })
    const group = await alice.groupData('family')
    await alice.postEvents(
      { type: 'share.started', shareId: 'share-root', page: 'pages/a', title: 'Alice asks you' },
      { type: 'share.finished', shareId: 'share-root', result: 'ok', groups: [group] },
      { type: 'share.opened', shareId: 'share-root', scene: 1044, page: 'pages/a', group },
    )
    await server.push({ msgtype: 'text', content: 'hello' })
    const { body: sent } = await server.send(message)
    expect(sent.state).toBe('sent')
    return { sent, openGId: group.openGId }
  }

  it('is gone at once: no read shows the person', async () => {
    const { sent, openGId } = await live()
    expect(await erase()).toEqual({ erased: true, callsUnderWay: 0 })
    expect(await search.tablesWith(user)).toEqual([])
    expect(await server.credits()).toMatchObject({ credits: [] })
    const { body } = await server.ask<Message>(`GET /v1/messages/${sent.id}`)
    expect(body).toMatchObject({ id: sent.id, state: 'sent' })
    expect(body).not.toHaveProperty('openId')
    const group = await server.ask<GroupReply>(`GET /v1/groups/${openGId}`)
    expect(group.body).toMatchObject({ memberCount: 1, members: [], arrivals: [] })
    const share = await server.ask('GET /v1/shares/share-root')
    expect(share.body).toMatchObject({ share: { opens: 1, openers: 1 } })
    expect(share.text).not.toContain(user)
    expect(await erase()).toEqual({ erased: false, callsUnderWay: 0 })
  })

  it('leaves no byte in the files, and no text of theirs in the rows', async () => {
    const { openGId } = await live()
    expect(await search.filesWith(user)).not.toEqual([])
    await erase()
    server.reach.start()
    while ((await search.count('erasures')) > 0) await new Promise(setImmediate)
    expect(await search.filesWith(user)).toEqual([])
    expect(await search.tablesWith('Alice asks you')).toEqual([])
    // A tag is a word of the app. Its sums stay, without the user.
    const sums = [['tag_facts'], ['tag_results'], ['tag_facts', 'tag_results']]
    expect(sums).toContainEqual(await search.tablesWith('asked in autumn'))
    expect(await search.tablesWith(template)).toEqual(['messages'])
    expect(await search.tablesWith(openGId)).toEqual(['groups'])
    for (const table of ['events', 'sessions', 'session_keys', 'customer_windows']) {
      expect([table, await search.count(table)]).toEqual([table, 0])
    }
  })

  it('is signed out, and is a new user when they come back', async () => {
    await live()
    await erase()
    const envelope = { sentAt: server.clock.now(), events: [] }
    expectProblem(await alice.post(envelope), 401, 'unauthorized')
    expect((await server.send(message)).body).toMatchObject({ reason: { code: 'no_credit' } })
    const token = await alice.signIn()
    const formId = await alice.submitForm()
    const at = server.clock.now()
    const event = { id: 'event-after', at, type: 'form.submitted', formId, page: 'pages/a' }
    const posted = await alice.post({ sentAt: at, events: [event] }, { token })
    expect(posted.body.results).toMatchObject([{ status: 'accepted' }])
    expect((await server.send(message)).body.state).toBe('sent')
  })

  it('gets no message that waits: it is refused', async () => {
    await alice.earnForm()
    const path = '/cgi-bin/message/wxopen/template/send'
    await server.sandbox('POST /sandbox/faults', { body: { path, errcode: -1, times: 9 } })
    const headers = { 'Idempotency-Key': 'waits', Prefer: 'respond-async' }
    const { body } = await server.ask<Message>('POST /v1/messages', {
      body: { openId: user, ...message },
      headers,
    })
    const now = async () => (await server.ask<Message>(`GET /v1/messages/${body.id}`)).body
    await erase()
    expect(['refused', 'unknown']).toContain((await now()).state)
    server.reach.start()
    server.monotonic.advance(600_000)
    while ((await search.count('erasures')) > 0) await new Promise(setImmediate)
    expect(await now()).not.toHaveProperty('openId')
    const inbox = await server.sandbox<{ messages: object[] }>(`GET /sandbox/inbox/${user}`)
    expect(inbox.body.messages).toEqual([])
  })

  it('waits for the call to WeChat that is under way, and its outcome is written', async () => {
    await alice.earnForm()
    const path = '/cgi-bin/message/wxopen/template/send'
    await server.sandbox('POST /sandbox/faults', { body: { path, when: 'before', delayMs: 300 } })
    const sending = server.send(message)
    while ((await search.count('messages')) === 0) await new Promise(setImmediate)
    expect(await erase()).toEqual({ erased: true, callsUnderWay: 0 })
    const inbox = await server.sandbox<{ messages: object[] }>(`GET /sandbox/inbox/${user}`)
    expect(inbox.body.messages).toHaveLength(1)
    const { body } = await sending
    const { body: after } = await server.ask<Message>(`GET /v1/messages/${body.id}`)
    expect(after.state).toBe('sent')
  })

  it.each(['user_authorization_revoke', 'user_authorization_cancellation'])(
    'is erased by the push %s, once',
    async (event) => {
      await live()
      expect(await server.push({ msgtype: 'event', event })).toMatchObject({ accepted: true })
      expect(await search.tablesWith(user)).toEqual([])
      const { body } = await server.ask<AuditReply>(`GET /v1/audit?operation=${event}`)
      expect(body.entries).toMatchObject([{ by: 'wechat', operation: event, outcome: 'done' }])
    },
  )

  it('is told in the audit, without the person', async () => {
    await live()
    await erase()
    const operation = 'DELETE /v1/users/:openId'
    const query = `operation=${encodeURIComponent(operation)}`
    const { body, text } = await server.ask<AuditReply>(`GET /v1/audit?${query}`)
    expect(body.entries).toMatchObject([{ operation, by: 'key', outcome: 'done' }])
    expect(text).not.toContain(user)
  })
})
