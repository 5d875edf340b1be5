/** Lists over tables of thousands of rows: what they read, and what their pages find. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Client, types } from 'pg'
import { apps, fill, lastMs, messagesOf, openIdOf } from '../../bench/lists/fill.ts'
import { partNames } from '../../server/privacy/export.ts'
import { listPages } from '../../server/rules/requests.ts'
import { findExported } from '../../server/store/operations/export.ts'
import { findHolders } from '../../server/store/operations/find-holders.ts'
import { findMessages } from '../../server/store/operations/find-messages.ts'
import { findGroups } from '../../server/store/operations/find-shares.ts'
import { findPushes } from '../../server/store/operations/pushes.ts'
import { sumCredits } from '../../server/store/operations/sum-credits.ts'
import type { Sql, Step } from '../../server/store/sql.ts'
import type { UserNumber } from '../../server/store/store.ts'
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

const holders =
  (filter: object): Question =>
  (sql) =>
    findHolders(sql, { appId, page: { ...first, nowMs: lastMs, ...filter } })

const questions: [string, Question][] = [
  ['messages', messages({})],
  ['messages of a user', messages({ openId: openIdOf(8) })],
  ['messages that are queued', messages({ state: 'queued' })],
  [
    'messages by all other filters',
    messages({ reason: 'quota', templateId: 'T1', channel: 'customer' }),
  ],
  ['holders of a kind', holders({ kind: 'form' })],
  ['holders for a template', holders({ templateId: 'T1' })],
  ['sums of credits', (sql) => sumCredits(sql, { nowMs: lastMs })],
  ['groups', (sql) => findGroups(sql, { appId, page: first })],
  ['pushes', (sql) => findPushes(sql, { appId, page: first })],
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
    String.raw`SCAN (?!apps|near|few|holders|json_each|m$)\w+`,
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
