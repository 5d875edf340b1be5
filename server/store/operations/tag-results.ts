/** What came of rights with a tag: facts, added as they come, and their sums. */
import type { TagResult } from '../../../shared/codes.ts'
import { sweepRules } from '../../rules/database.ts'
import { retention } from '../../rules/retention.ts'
import { hour } from '../../rules/time.ts'
import { tagResultCode } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import type { MessageRow, TagCount, TagSums, UserNumber } from '../store.ts'
import { splitTags } from './credit-tags.ts'

interface TagFact {
  user: UserNumber
  /** As a credit or a message has them. Without any, nothing is counted. */
  tags: string | null
  result: TagResult
  atMs: number
  /** Default: 1. */
  count?: number
}

/** One more of a result, for each of the tags. */
export function* countTags(
  sql: Sql,
  { user, tags, result, atMs, count = 1 }: TagFact,
): Operation<void> {
  if (count === 0) return
  for (const tag of splitTags(tags)) {
    yield* sql.run(
      `INSERT INTO tag_facts (app, tag, hour_ms, result, count)
       SELECT app, $2, CAST($3 AS bigint), CAST($4 AS smallint), CAST($5 AS int)
       FROM users WHERE usr = $1`,
      user,
      tag,
      atMs - (atMs % hour),
      tagResultCode.of(result),
      count,
    )
  }
}

/** Uses that ended without a message; of a credit without a limit: the credit itself. */
export const endedUses = ({ uses, reserved }: { uses: number | null; reserved: number }): number =>
  uses === null ? 1 : uses + reserved

interface MessageKey {
  user: UserNumber
  number: number
}

/**
 * The first outcome of a message that took a use with tags. A late reply changes it no more, as
 * with the recipients of a broadcast.
 */
export function* countTaggedOutcome(
  sql: Sql,
  { user, number }: MessageKey,
  tags: string,
  { state, delivered, atMs }: { state: MessageRow['state']; delivered: unknown; atMs: number },
): Operation<void> {
  if (state !== 'sent' && state !== 'unknown' && state !== 'refused') return
  yield* countTags(sql, { user, tags, result: state, atMs })
  if (state === 'refused') return
  const text = 'UPDATE messages SET tags = $3 WHERE usr = $1 AND id = $2'
  yield* sql.run(text, user, number, tags)
  // WeChat's report came before its reply.
  if (delivered === undefined) return
  const result = delivered === 'arrived' ? 'delivered' : 'undelivered'
  yield* countTags(sql, { user, tags, result, atMs })
}

/** Something came of a message, after its outcome. */
export function* countTagsOfMessage(
  sql: Sql,
  { user, number }: MessageKey,
  { result, atMs }: Pick<TagFact, 'result' | 'atMs'>,
): Operation<void> {
  const message = yield* sql.get<{ tags: string | null }>(
    'SELECT tags FROM messages WHERE usr = $1 AND id = $2',
    user,
    number,
  )
  if (message) yield* countTags(sql, { user, tags: message.tags, result, atMs })
}

/** For PostgreSQL's fast path: a CTE that counts the use of `released` as sent at `$4`. */
export const countedAsSent = `
  INSERT INTO tag_facts (app, tag, hour_ms, result, count)
  SELECT users.app, word, $4 - $4 % ${hour}, ${tagResultCode.of('sent')}, 1
  FROM released JOIN users USING (usr)
    CROSS JOIN LATERAL unnest(string_to_array(released.tags, chr(31))) AS word`

const all = `(SELECT app, tag, hour_ms, result, count FROM tag_facts
  UNION ALL SELECT app, tag, hour_ms, result, count FROM tag_results) AS results`
const ofApp = 'app = (SELECT app FROM apps WHERE app_id = $1)'

export function* findTagResults(
  sql: Sql,
  { appId, tag, sinceMs }: { appId: string; tag: string; sinceMs: number },
): Operation<TagCount[]> {
  const rows = yield* sql.all<{ hourMs: number; result: number; count: number }>(
    `SELECT hour_ms AS "hourMs", result, sum(count) AS count FROM ${all}
     WHERE ${ofApp} AND tag = $2 AND hour_ms >= $3
     GROUP BY hour_ms, result ORDER BY hour_ms, result`,
    appId,
    tag,
    sinceMs,
  )
  return rows.map(({ result, ...row }) => ({ ...row, result: tagResultCode.word(result) }))
}

export function* findTags(
  sql: Sql,
  { appId, page }: { appId: string; page: { limit: number; cursor?: string; sinceMs: number } },
): Operation<{ tags: TagSums[]; cursor?: string }> {
  const { limit, cursor = '', sinceMs } = page
  const some = (table: string) => `SELECT tag FROM (
    SELECT tag FROM ${table} WHERE ${ofApp} AND tag > $2 AND hour_ms >= $3
    GROUP BY tag ORDER BY tag LIMIT $4) AS next_of_${table}`
  const found = yield* sql.all<{ tag: string }>(
    `${some('tag_facts')} UNION ${some('tag_results')} ORDER BY tag LIMIT $4`,
    appId,
    readTag(cursor),
    sinceMs,
    limit + 1,
  )
  const words = found.slice(0, limit).map(({ tag }) => tag)
  const rows = yield* sql.all<{ tag: string; result: number; count: number }>(
    `SELECT tag, result, sum(count) AS count FROM ${all}
     WHERE ${ofApp} AND tag ${sql.dialect.anyOf('$2', 'text')} AND hour_ms >= $3
     GROUP BY tag, result`,
    appId,
    words,
    sinceMs,
  )
  const tags = words.map((tag) => ({
    tag,
    counts: rows
      .filter((row) => row.tag === tag)
      .map(({ result, count }) => ({ result: tagResultCode.word(result), count })),
  }))
  const last = found.length > limit ? words.at(-1) : undefined
  return { tags, ...(last !== undefined && { cursor: Buffer.from(last).toString('base64url') }) }
}

/** PostgreSQL refuses NUL; no tag has it. */
const readTag = (cursor: string): string => {
  const tag = Buffer.from(cursor, 'base64url').toString()
  return tag.includes('\0') ? '' : tag
}

interface Fact {
  app: number
  tag: string
  hourMs: number
  result: number
  count: number
}

/** Adds some facts to their sums, and deletes sums that are not kept. Returns how many rows. */
export function* sweepTags(sql: Sql, { nowMs }: { nowMs: number }): Operation<number> {
  const facts = yield* sql.all<Fact>(
    `DELETE FROM tag_facts WHERE fact IN (
       SELECT fact FROM tag_facts ORDER BY fact LIMIT ${sweepRules.tagFactsPerStep}
       ${sql.dialect.skipLocked})
     RETURNING app, tag, hour_ms AS "hourMs", result, count`,
  )
  const sums = new Map<string, Fact>()
  for (const fact of facts) {
    const key = JSON.stringify([fact.app, fact.tag, fact.hourMs, fact.result])
    sums.set(key, { ...fact, count: fact.count + (sums.get(key)?.count ?? 0) })
  }
  // In one order, so that two sweeps wait for each other and never deadlock.
  for (const [, sum] of [...sums].sort(([one], [other]) => (one < other ? -1 : 1))) {
    yield* sql.run(
      `INSERT INTO tag_results (app, tag, hour_ms, result, count) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (app, tag, hour_ms, result) DO UPDATE
         SET count = tag_results.count + excluded.count`,
      sum.app,
      sum.tag,
      sum.hourMs,
      sum.result,
      sum.count,
    )
  }
  if (facts.length > 0) return facts.length
  return yield* sql.run(
    `DELETE FROM tag_results WHERE (app, tag, hour_ms, result) IN (
       SELECT app, tag, hour_ms, result FROM tag_results WHERE hour_ms < $1
       LIMIT ${sweepRules.tagFactsPerStep})`,
    nowMs - retention.tagResultsMs,
  )
}
