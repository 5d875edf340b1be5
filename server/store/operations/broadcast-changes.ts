/** Changes of broadcasts: each of a state, and the counts of one that runs, now and then. */
import type { BroadcastCounts } from '../../../shared/wire/index.ts'
import { broadcastRules } from '../../rules/broadcasts.ts'
import { broadcastCode, isLive } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import type { BroadcastNumber } from '../store.ts'
import { isWatched, noteChange } from './changes.ts'
import type { WatchedApp } from './users.ts'

const type = 'broadcast.changed'
const watched = '(SELECT watched FROM apps WHERE apps.app = broadcasts.app)'
const { toldEveryMs } = broadcastRules

/**
 * SQL: somebody watches, and the counts of the broadcast are due to be told. While it sends, the
 * next ones follow soon; once it is held or stopped, each may be the last.
 */
export const isCountTold = (now: string): string =>
  `(${isWatched(watched, type)} AND ${now} >= told_ms AND
    (NOT (${isLive}) OR due_ms > ${now} + ${toldEveryMs} OR ${now} - told_ms >= ${toldEveryMs}))`

interface ToldColumns extends WatchedApp, BroadcastCounts {
  id: string
  state: number
  reason: string | null
}

/** Writes how the broadcast stands now, if somebody watches. */
export function* tellBroadcast(
  sql: Sql,
  broadcast: BroadcastNumber,
  atMs: number,
): Operation<void> {
  const row = yield* sql.get<ToldColumns>(
    `UPDATE broadcasts SET told_ms = $2 WHERE broadcast = $1 AND ${isWatched(watched, type)}
     RETURNING app, ${watched} AS watched, id, state, reason, recipients,
       recipients - sent - refused - unknown - held_out AS waiting, sent, refused, unknown,
       held_out AS "heldOut"`,
    broadcast,
    atMs,
  )
  if (!row) return
  const { app, watched: types, id, state, reason, ...counts } = row
  yield* noteChange(sql, {
    app,
    watched: types,
    type,
    atMs,
    detail: { id, state: broadcastCode.word(state), ...(reason !== null && { reason }), counts },
  })
}
