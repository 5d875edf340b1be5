/** Images that were uploaded to WeChat, and their bytes. */
import { sweepRules } from '../../rules/database.ts'
import { mediaKeptMs } from '../../rules/media.ts'
import type { KeepMedia, MediaRow, RenewMedia } from '../code-store.ts'
import { asBuffer } from '../rows.ts'
import type { Operation, Sql, Step } from '../sql.ts'
import { internApp } from './users.ts'

export function* keepMedia(sql: Sql, input: KeepMedia): Operation<void> {
  const { appId, mediaId, type, bytes, endsAtMs, nowMs } = input
  const row = yield* sql.get<{ medium: number }>(
    `INSERT INTO media (app, media_id, current_id, type, ends_ms, uploaded_ms)
     VALUES ($1, $2, $2, $3, $4, $5)
     ON CONFLICT (app, media_id) DO UPDATE SET current_id = excluded.current_id,
       type = excluded.type, ends_ms = excluded.ends_ms, uploaded_ms = excluded.uploaded_ms
     RETURNING medium`,
    yield* internApp(sql, appId),
    mediaId,
    type,
    endsAtMs,
    nowMs,
  )
  yield* sql.run(
    `INSERT INTO media_images (medium, bytes) VALUES ($1, $2)
     ON CONFLICT (medium) DO UPDATE SET bytes = excluded.bytes`,
    row!.medium,
    bytes,
  )
}

export function* renewMedia(sql: Sql, input: RenewMedia): Operation<void> {
  const { appId, mediaId, currentId, endsAtMs, nowMs } = input
  yield* sql.run(
    `UPDATE media SET current_id = $3, ends_ms = $4, uploaded_ms = $5
     WHERE app = (SELECT app FROM apps WHERE app_id = $1) AND media_id = $2`,
    appId,
    mediaId,
    currentId,
    endsAtMs,
    nowMs,
  )
}

export const findMedia = (sql: Sql, appId: string, mediaId: string): Step<MediaRow | undefined> =>
  sql.get<MediaRow>(
    `SELECT current_id AS "currentId", ends_ms AS "endsAtMs", type
     FROM media JOIN apps USING (app) WHERE app_id = $1 AND media_id = $2`,
    appId,
    mediaId,
  )

export function* findMediaBytes(
  sql: Sql,
  appId: string,
  mediaId: string,
): Operation<Buffer | undefined> {
  const row = yield* sql.get<{ bytes: Uint8Array }>(
    `SELECT bytes FROM media JOIN apps USING (app) JOIN media_images USING (medium)
     WHERE app_id = $1 AND media_id = $2`,
    appId,
    mediaId,
  )
  return row && asBuffer(row.bytes)
}

/** Deletes images that were not uploaded for long, in one step. Returns how many. */
export function* sweepMedia(sql: Sql, { nowMs }: { nowMs: number }): Operation<number> {
  // The condition stands twice: another transaction may renew an image after the inner SELECT.
  const gone = yield* sql.all<{ medium: number }>(
    `DELETE FROM media WHERE uploaded_ms < $1 AND medium IN (
       SELECT medium FROM media WHERE uploaded_ms < $1
       LIMIT ${sweepRules.mediaPerStep}) RETURNING medium`,
    nowMs - mediaKeptMs,
  )
  if (gone.length === 0) return 0
  return yield* sql.run(
    `DELETE FROM media_images WHERE medium ${sql.dialect.anyOf('$1', 'bigint')}`,
    gone.map(({ medium }) => medium),
  )
}
