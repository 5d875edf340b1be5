/** Lists over tables of thousands of rows: what they read, and what their pages find. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Client, types } from 'pg'
import {
  apps,
  everyMs,
  fill,
  firstMs,
  lastMs,
  messagesOf,
  openIdOf,
} from '../../bench/lists/fill.ts'
import { partNames } from '../../server/privacy/export.ts'
import { listPages } from '../../server/rules/requests.ts'
import { countAudience, countWaiting } from '../../server/store/operations/broadcast-audience.ts'
import { findExported } from '../../server/store/operations/export.ts'
import { findCodes } from '../../server/store/operations/find-codes.ts'
import { findConversation, findWindows } from '../../server/store/operations/find-conversations.ts'
import { allowance } from '../../server/store/operations/customer-windows.ts'
import { findHolders } from '../../server/store/operations/find-holders.ts'
import { countErasures } from '../../server/store/operations/erase.ts'
import {
  findBacklog,
  findMessages,
  sumMessages,
} from '../../server/store/operations/find-messages.ts'
import { findGroups } from '../../server/store/operations/find-groups.ts'
import { findShares } from '../../server/store/operations/find-shares.ts'
import { findPushes } from '../../server/store/operations/pushes.ts'
import { sumCredits } from '../../server/store/operations/sum-credits.ts'
import { kindCode } from '../../server/store/rows.ts'
import type { Sql, Step } from '../../server/store/sql.ts'
import type { BroadcastNumber, UserNumber } from '../../server/store/store.ts'
import { createPostgresStore } from '../../server/store/postgres/store.ts'
import {
  createSql as createPostgresSql,
  createStatements,
  numbersForInt8,
  perform,
} from '../../server/store/postgres/sql.ts'
import { inMemory, openWriter } from '../../server/store/sqlite/database.ts'
import { migrate } from '../../server/store/sqlite/migrate.ts'
import { createSql as createSqliteSql, runSteps } from '../../server/store/sqlite/sql.ts'
import { createTestDatabase } from '../support/postgres/database.ts'

const appId = apps[0]
const rows = 30_000
const { searched } = listPages

const first = { limit: 50 }

type Question = (sql: Sql) => Step<unknown>

const messages =
  (filter: object): Question =>
  (sql) =>
    findMessages(sql, { appId, page: { ...first, ...filter } })

const sums =
  (filter: object): Question =>
  (sql) =>
    sumMessages(sql, { appId, filter })

const holders =
  (filter: object): Question =>
  (sql) =>
    findHolders(sql, { appId, page: { ...first, nowMs: lastMs, ...filter } })

const audience =
  (filter: object): Question =>
  (sql) =>
    countAudience(sql, { appId, nowMs: lastMs, ...ofTemplate, step: 1_000, ...filter })
const ofTemplate = { kinds: ['subscription'], ref: 'T1' } as const
const perDay = { day: 1, most: 1 }

const windows: Question = (sql) => findWindows(sql, { appId, page: { ...first, nowMs: lastMs } })

const questions: [string, Question][] = [
  ['messages', messages({})],
  ['messages of a user', messages({ openId: openIdOf(8) })],
  ['messages that are queued', messages({ state: 'queued' })],
  [
    'messages by all other filters',
    messages({ reason: 'quota', templateId: 'T1', channel: 'customer' }),
  ],
  ['sums of messages', sums({})],
  ['sums of the messages of a user', sums({ openId: openIdOf(8) })],
  ['sums of messages that are queued', sums({ state: 'queued' })],
  ['messages under way', (sql) => findBacklog(sql, { appId, limit: 100 })],
  ['holders of a kind', holders({ kind: 'form' })],
  ['holders for a template', holders({ templateId: 'T1' })],
  ['sums of credits', (sql) => sumCredits(sql, { nowMs: lastMs })],
  ['shares', (sql) => findShares(sql, { appId, page: first })],
  [
    'shares of a user',
    (sql) => findShares(sql, { appId, page: { ...first, openId: openIdOf(8) } }),
  ],
  [
    'shares in a group',
    (sql) => findShares(sql, { appId, page: { ...first, openGId: 'group-8' } }),
  ],
  ['codes', (sql) => findCodes(sql, { appId, page: first })],
  ['groups', (sql) => findGroups(sql, { appId, page: first })],
  ['pushes', (sql) => findPushes(sql, { appId, page: { ...first, nowMs: lastMs } })],
  ['open windows', windows],
  ['the audience of a template', audience({})],
  ['the audience of any right', audience({ kinds: ['form'], ref: undefined })],
  ['the audience with a tag', audience({ tag: 'tag-1' })],
  ['the audience that was active', audience({ activeSinceMs: firstMs + everyMs })],
  ['the audience in a group', audience({ openGId: 'group-8' })],
  ['the audience of a share', audience({ shareId: 'share-8' })],
  ['the audience below a limit', audience({ perDay })],
  [
    'the audience by all filters',
    audience({
      tag: 'tag-1',
      activeSinceMs: firstMs + everyMs,
      openGId: 'group-8',
      shareId: 'share-8',
      perDay,
    }),
  ],
  [
    'recipients that wait',
    (sql) =>
      countWaiting(sql, {
        broadcast: 1 as BroadcastNumber,
        nowMs: lastMs,
        ...ofTemplate,
        perDay,
        step: 1_000,
      }),
  ],
  [
    'the conversation of a user',
    (sql) =>
      findConversation(sql, { appId, openId: openIdOf(8), page: { ...first, nowMs: lastMs } }),
  ],
]

const exported = partNames.map((part): [string, Question] => [
  `${part} of a user`,
  (sql) => findExported(sql, { user: 8 as UserNumber, part }),
])

interface FilledDatabase {
  ask<Result>(question: (sql: Sql) => Step<Result>): Promise<Result>
  run(text: string): Promise<unknown>
  /** Of each statement that the question makes. */
  plansOf(question: Question): Promise<string[]>
  close(): Promise<void>
}

async function fillSqlite(): Promise<FilledDatabase> {
  const db = openWriter(inMemory)
  migrate(db)
  for (const text of fill(rows, 'SQLite')) db.exec(text)
  const clock = { now: () => 0 }
  return {
    ask: async (question) => runSteps(question(createSqliteSql(db, clock))),
    run: async (text) => db.exec(text),
    async plansOf(question) {
      const texts: string[] = []
      const prepare = (text: string) => {
        texts.push(text)
        return db.prepare(text)
      }
      runSteps(question(createSqliteSql({ prepare }, clock)))
      return texts.map((text) =>
        (db.prepare(`EXPLAIN QUERY PLAN ${text}`).all() as { detail: string }[])
          .map(({ detail }) => detail)
          .join('\n'),
      )
    },
    close: async () => db.close(),
  }
}

async function fillPostgres(): Promise<FilledDatabase> {
  const database = await createTestDatabase()
  const store = createPostgresStore({ url: database.url })
  await store.ready()
  await store.close()
  const client = new Client({
    connectionString: database.url,
    types: numbersForInt8(types),
  })
  await client.connect()
  for (const text of fill(rows, 'PostgreSQL')) await client.query(text)
  await client.query('VACUUM ANALYZE')
  await client.query('SET plan_cache_mode = force_generic_plan')
  const statements = createStatements()
  return {
    ask: (question) => perform(createPostgresSql(client, statements), question),
    run: (text) => client.query(text),
    async plansOf(question) {
      const asked = new Map<string, number>()
      const query = (one: { text: string; values: unknown[] }) => {
        asked.set(one.text, one.values.length)
        return client.query(one)
      }
      const sql = createPostgresSql({ query } as never, statements)
      await perform(sql, question)
      const plans: string[] = []
      for (const [text, values] of asked) {
        await client.query(`PREPARE listed AS ${text}`)
        const nulls = Array.from({ length: values }, () => 'NULL').join()
        const { rows: lines } = await client.query<Record<string, string>>(
          `EXPLAIN EXECUTE listed${values > 0 ? `(${nulls})` : ''}`,
        )
        await client.query('DEALLOCATE listed')
        plans.push(lines.flatMap((line) => Object.values(line)).join('\n'))
      }
      return plans
    },
    async close() {
      await client.end()
      await database.drop()
    },
  }
}

/**
 * `apps` has a row for each app. SQLite also scans what a subquery has found. To search for all
 * users of an app, or to compare each row with each other one, is no better.
 */
const fullScan = new RegExp(
  [
    String.raw`Seq Scan on (?!apps)\w+`,
    String.raw`SCAN (?!apps|near|open|few|holders|json_each|m$)\w+`,
    String.raw`\(app=\? AND open_id>`,
    String.raw`Join Filter: .*\busr\b`,
  ].join('|'),
  'm',
)

describe.each([
  ['SQLite', fillSqlite],
  ['PostgreSQL', fillPostgres],
] as const)('on %s', (engine, open) => {
  let database: FilledDatabase
  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())

  // PostgreSQL scans the tables that are empty here, whatever their indexes.
  const asked = engine === 'SQLite' ? [...questions, ...exported] : questions
  it.each(asked)('%s are found without reading a whole table', async (_name, question) => {
    const plans = await database.plansOf(question)
    expect(plans.length).toBeGreaterThan(0)
    for (const one of plans) expect(one).not.toMatch(fullScan)
  })

  it('a table that is read as a whole is noticed', async () => {
    const whole: Question = (sql) => sql.all('SELECT count(*) FROM messages WHERE ref IS NULL')
    expect(await database.plansOf(whole)).toEqual([expect.stringMatching(fullScan)])
  })

  /** Messages of the app, counted by page. */
  async function walk(filter: object): Promise<{ found: number; pages: number }> {
    const ids = new Set<string>()
    let pages = 0
    for (let cursor: string | undefined; ;) {
      const page = { limit: 200, ...filter, ...(cursor !== undefined && { cursor }) }
      const part = await database.ask((sql) => findMessages(sql, { appId, page }))
      for (const { id } of part.messages) ids.add(id)
      pages += 1
      cursor = part.cursor
      if (cursor === undefined) return { found: ids.size, pages }
    }
  }

  it('a filter that few messages pass finds them all, in pages of bounded cost', async () => {
    const refused = Array.from({ length: rows / 100 }, (_, n) => 100 * (n + 1))
    const ofApp = refused.filter((n) => (((n * 7) % rows) + 1) % 10 !== 0)
    const { found, pages } = await walk({ reason: 'no_credit' })
    expect(found).toBe(ofApp.length)
    expect(pages).toBeGreaterThanOrEqual(rows / searched)
  })

  it('open windows are all found, each once, in pages of bounded cost', async () => {
    const count = async (condition: string) => {
      const text = `SELECT count(*) AS n FROM pushes WHERE app = 1 AND ${condition}`
      return (await database.ask((sql) => sql.get<{ n: number }>(text)))!.n
    }
    await database.run(
      `INSERT INTO credits (usr, id, kind, ref, uses_left, usable_until_ms, ends_ms)
       SELECT usr, ${allowance}, ${kindCode.of('wrote')}, '', 5, ${lastMs + 1}, ${lastMs + 1}
       FROM users WHERE usr % 100 = 1`,
    )
    const seen: string[] = []
    let pages = 0
    for (let cursor: string | undefined; pages === 0 || cursor !== undefined; pages += 1) {
      const page = { limit: 200, nowMs: lastMs, ...(cursor !== undefined && { cursor }) }
      const found = await database.ask((sql) => findWindows(sql, { appId, page }))
      seen.push(...found.windows.map(({ openId }) => openId))
      cursor = found.cursor
    }
    const isHolder = 'usr % 100 = 1 AND EXISTS (SELECT 1 FROM users WHERE users.usr = pushes.usr)'
    const expected = await count(isHolder)
    expect(expected).toBeGreaterThan(0)
    expect([seen.length, new Set(seen).size]).toEqual([expected, expected])
    expect(pages).toBeGreaterThanOrEqual((await count('true')) / listPages.searchedPushes)
  })

  it('messages under way are counted, up to a limit', async () => {
    const backlog = (limit: number) => database.ask((sql) => findBacklog(sql, { appId, limit }))
    const complete = { queued: 0, sending: 9, oldestMs: firstMs + everyMs, complete: true }
    expect(await backlog(10)).toEqual(complete)
    const some = await backlog(4)
    expect(some.complete).toBe(false)
    expect(some.sending).toBeLessThanOrEqual(5)
    expect(await database.ask((sql) => countErasures(sql, { appId, limit: 10 }))).toBe(0)
  })

  it('the sums of messages count each once, in steps of bounded cost', async () => {
    const counts = new Map<string, number>()
    let steps = 0
    for (let cursor: string | undefined; steps === 0 || cursor !== undefined; steps += 1) {
      const filter = cursor === undefined ? {} : { cursor }
      const step = await database.ask((sql) => sumMessages(sql, { appId, filter }))
      for (const { state, reason, count } of step.sums) {
        const key = `${state} ${reason?.code ?? ''}`
        counts.set(key, (counts.get(key) ?? 0) + count)
      }
      cursor = step.cursor
    }
    const ofApp = Array.from({ length: rows }, (_, n) => n + 1).filter(
      (n) => (((n * 7) % rows) + 1) % 10 !== 0,
    )
    const refused = ofApp.filter((n) => n > 10 && n % 100 === 0).length
    const sending = ofApp.filter((n) => n <= 10).length
    expect(Object.fromEntries(counts)).toEqual({
      'sending ': sending,
      'refused no_credit': refused,
      'sent ': ofApp.length - refused - sending,
    })
    expect(steps).toBeGreaterThanOrEqual(rows / searched)
  })

  it('a user with more messages than one page looks at loses none of them', async () => {
    const user = openIdOf(9)
    const before = await walk({ openId: user })
    const count = 2 * searched + 7
    await database.run(messagesOf(user, count, engine))
    expect(await walk({ openId: user })).toMatchObject({ found: before.found + count })
  })

  it('holders of credits are all found, each once, in pages of bounded cost', async () => {
    const of = (hasCredit: (n: number) => boolean) =>
      Array.from({ length: rows }, (_, n) => n + 1)
        .filter((n) => n % 10 !== 0 && n % 3 !== 0 && hasCredit(n))
        .map(openIdOf)
    for (const [filter, expected] of [
      [{ kind: 'form' }, of(() => true)],
      [{ templateId: 'T1' }, of((n) => n % 5 === 1)],
    ] as const) {
      const seen: string[] = []
      for (let cursor: string | undefined; ;) {
        const part = { limit: 200, nowMs: lastMs, ...filter, ...(cursor && { cursor }) }
        const found = await database.ask((sql) => findHolders(sql, { appId, page: part }))
        seen.push(...found.users.map(({ openId }) => openId))
        cursor = found.cursor
        if (cursor === undefined) break
      }
      expect(seen.sort()).toEqual([...expected].sort())
    }
  })
})

// PostgreSQL takes the order from its statistics.
it('open windows are told from others by their end first, on SQLite', async () => {
  const database = await fillSqlite()
  const [plan = ''] = await database.plansOf(windows)
  await database.close()
  const reads = ['SEARCH c ', 'SEARCH later ', 'SEARCH users '].map((one) => plan.indexOf(one))
  expect(reads[0]).toBeGreaterThan(0)
  expect(reads).toEqual([...reads].sort((x, y) => x - y))
})
