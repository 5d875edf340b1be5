/** All that is kept of a user, over HTTP, on each engine. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createExport, partNames } from '../../server/privacy/export.ts'
import { exportRules } from '../../server/rules/privacy.ts'
import { createAdvancingClock } from '../../server/runtime/world.ts'
import type { UserNumber } from '../../server/store/store.ts'
import * as schemas from '../../server/http/schemas/users.ts'
import type { AuditReply, ExportedParts, ExportReply } from '../../shared/wire/index.ts'
import { engines } from '../support/engines.ts'
import { expectShape } from '../support/server/shape.ts'
import { user } from '../support/server/start-pushes.ts'
import { openWorld, type PrivacyWorld } from './open-world.ts'

/** Where the rows of a table are. A table that belongs to users has a line here. */
const partOf: Record<string, (parts: ExportedParts) => object[]> = {
  users: ({ profile }) => profile,
  sessions: ({ sessions }) => sessions,
  session_keys: ({ sessionKeys }) => sessionKeys,
  events: ({ events }) => events,
  credits: ({ credits }) => credits,
  credit_tags: ({ credits }) => credits.flatMap(({ tags = [] }) => tags.map((tag) => ({ tag }))),
  credit_history: ({ creditHistory }) => creditHistory,
  messages: ({ messages }) => messages,
  broadcast_recipients: ({ broadcasts }) => broadcasts,
  user_days: ({ dailyCounts }) => dailyCounts.filter(({ counted }) => counted === 'messages'),
  pushes: ({ pushes }) => pushes,
  push_contents: ({ pushContents }) => pushContents,
  customer_windows: ({ customerWindows }) => customerWindows,
  consents: ({ consents }) => consents,
  shares: ({ shares }) => shares,
  group_members: ({ groups }) => groups,
  arrivals: ({ arrivals }) => arrivals,
  audit: ({ audit }) => audit,
}

const bob = 'bob-of-the-family'

/** Without openIds: erased users, and the change feed, which repeats the other tables. */
const notOfPeople: ReadonlySet<string> = new Set([
  'erasures',
  'changes',
  'new_changes',
  // On Citus alone, with what `users` holds.
  'user_names',
])

describe.each(engines.map((engine) => [engine.name, engine] as const))('on %s', (_, engine) => {
  let world: PrivacyWorld
  let server: PrivacyWorld['server']
  let alice: PrivacyWorld['alice']
  let search: PrivacyWorld['search']
  beforeEach(async () => {
    world = await openWorld(engine, '2026', { limitPerUserDay: 9 })
    ;({ server, alice, search } = world)
  })
  afterEach(() => world.close())

  async function exported(openId = user): Promise<{ body: ExportReply; text: string }> {
    const answer = await server.ask<ExportReply>(`GET /v1/users/${openId}/export`)
    expect(answer.status).toBe(200)
    expectShape(schemas.exportReply, answer.body)
    return answer
  }

  /** A row of Alice in every table, and Bob, who opens what she shared. */
  async function live(): Promise<void> {
    const keywords = [{ name: '商品', example: '咖啡' }]
    await server.control('templates', { templateId: 'once', title: '订单', keywords, type: 2 })
    await server.control('subscriptions', { openId: user, templateId: 'once', answer: 'accept' })
    const { body } = await server.send({
      channel: 'subscribe',
      templateId: 'once',
      data: { thing1: { value: 'a coffee' } },
    })
    expect(body.state).toBe('sent')
    await server.ask('POST /v1/credits/payment', {
      body: { openId: user, prepayId: await alice.pay() },
    })
    const opened = { type: 'share.opened', shareId: 'share-root', scene: 1044, page: 'pages/a' }
    await alice.postEvents(
      { type: 'subscription.answered', answers: { twice: 'accept' }, tag: 'asked in autumn' },
      { type: 'share.started', shareId: 'share-root', page: 'pages/a', title: 'Alice asks you' },
      { ...opened, group: await alice.groupData('family') },
    )
    const friend = await server.phone(bob)
    await friend.postEvents({ ...opened, group: await friend.groupData('family') })
    await server.push({ msgtype: 'text', content: 'hello' })
    await search.write(`INSERT INTO broadcasts
      (app, id, key, body, plan, created_ms, due_ms, served_ms, minute_ms, state)
      SELECT app, 'bc_1', token_hash, token_hash, '{}', 0, 0, 0, 0, 4 FROM apps, sessions LIMIT 1`)
    await search.write(`INSERT INTO broadcast_recipients (broadcast, usr, state, data, page)
      SELECT broadcast, usr, 0, '{"name":"Alice"}', 'pages/a' FROM broadcasts, users
      WHERE open_id = '${user}'`)
  }

  it('has every row of the user, of every table', async () => {
    await live()
    const { body } = await exported()
    const tables = (await search.tablesOfUsers()).filter((table) => !notOfPeople.has(table))
    expect(tables.sort()).toEqual(Object.keys(partOf).sort())
    for (const table of tables) {
      const rows = await search.countOf(table, user)
      expect([table, rows > 0]).toEqual([table, true])
      expect([table, partOf[table]!(body).length]).toEqual([table, rows])
    }
  })

  it('says it in the words of the other replies', async () => {
    await live()
    const { body } = await exported()
    expect(body).toMatchObject({ openId: user, truncated: [] })
    expect(body.messages).toMatchObject([
      {
        state: 'sent',
        templateId: 'once',
        calls: [{ wechat: { errcode: 0 } }],
        content: { data: { thing1: { value: 'a coffee' } } },
      },
    ])
    const payment = body.credits.find(({ kind }) => kind === 'payment')
    expect(payment).toMatchObject({ channel: 'template', prepayId: expect.any(String) })
    const recipient = { broadcastId: 'bc_1', state: 'waiting', data: { name: 'Alice' } }
    expect(body.broadcasts).toEqual([{ ...recipient, page: 'pages/a' }])
    const { openGId } = body.groups[0]!
    expect(body.arrivals).toMatchObject([{ scene: 1044, shareId: 'share-root', openGId }])
    expect(body.shares).toMatchObject([{ shareId: 'share-root', title: 'Alice asks you' }])
    expect(body.consents).toMatchObject([
      { templateId: 'once', from: 'push', count: 1 },
      { templateId: 'twice', from: 'phone', count: 1 },
    ])
    expect(body.credits).toContainEqual(
      expect.objectContaining({ templateId: 'twice', tags: ['asked in autumn'] }),
    )
    expect(body.audit).toMatchObject([{ operation: 'POST /v1/credits/payment', openId: user }])
  })

  it('holds no other person and no token', async () => {
    await live()
    const { text } = await exported()
    expect(text).toContain('Alice asks you')
    expect(text).not.toContain(bob)
    expect(text).not.toContain(alice.token)
  })

  it('goes through all pages of a part', async () => {
    const arrival = { type: 'share.opened', scene: 1007 }
    for (const batch of [0, 1, 2, 3]) {
      const pages = Array.from({ length: 100 }, (_none, n) => `pages/${batch}-${n}`)
      await alice.postEvents(...pages.map((page) => ({ ...arrival, page })))
    }
    const { body } = await exported()
    expect(new Set(body.arrivals.map(({ page }) => page)).size).toBe(400)
    expect(new Set(body.events.map(({ id }) => id)).size).toBe(400)
  })

  it('has no rows of a user who is not known, or was erased', async () => {
    const empty = Object.fromEntries(partNames.map((part) => [part, []]))
    expect((await exported('nobody-0001')).body).toMatchObject(empty)
    await live()
    await server.ask(`DELETE /v1/users/${user}`)
    expect((await exported()).body).toMatchObject(empty)
  })

  it('is told in the audit, without the person', async () => {
    await exported()
    const operation = 'GET /v1/users/:openId/export'
    const query = `operation=${encodeURIComponent(operation)}`
    const { body, text } = await server.ask<AuditReply>(`GET /v1/audit?${query}`)
    expect(body.entries).toMatchObject([{ operation, by: 'key', outcome: 'done' }])
    expect(text).not.toContain(user)
  })
})

describe('an export', () => {
  const asked = { appId: 'wx0123456789abcdef', openId: user }
  const world = { clock: createAdvancingClock(() => 0) }
  const known = 1 as UserNumber

  it('says which parts have more rows than it takes', async () => {
    const rows = Array.from({ length: exportRules.rowsPerPage }, () => ({ shareId: 'share-root' }))
    const store = {
      findUser: async () => known,
      findExported: async ({ part }: { part: string }) =>
        part === 'shares' ? { rows, next: [1] } : { rows: [] },
    }
    const found = await createExport({ store, world }).of(asked)
    expect(found?.truncated).toEqual(['shares'])
    expect(found?.shares).toHaveLength(exportRules.maxRows)
  })

  it('is none once the user was erased meanwhile', async () => {
    const users = [known, undefined]
    const store = { findUser: async () => users.shift(), findExported: async () => ({ rows: [] }) }
    expect(await createExport({ store, world }).of(asked)).toBeUndefined()
  })
})
