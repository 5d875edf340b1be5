/** Images at WeChat, and their bytes. */
import { mediaKeptMs } from '../../rules/media.ts'
import type { KeepMedia, MediaRow, RenewMedia } from '../code-store.ts'
import type { Statements } from './statements.ts'
import { internApp } from './users.ts'

const mediaPerStep = 50

export function keepMedia(sql: Statements, input: KeepMedia): void {
  const { appId, mediaId, type, bytes, endsAtMs, nowMs } = input
  const { medium } = sql<{ medium: number }>(
    `INSERT INTO media (app, media_id, current_id, type, ends_ms, uploaded_ms) VALUES (?1, ?2, ?2, ?3, ?4, ?5)
     ON CONFLICT (app, media_id) DO UPDATE SET
       current_id = media_id, type = excluded.type, ends_ms = excluded.ends_ms, uploaded_ms = excluded.uploaded_ms
     RETURNING medium`,
  ).get(internApp(sql, appId), mediaId, type, endsAtMs, nowMs)!
  sql('INSERT OR REPLACE INTO media_images (medium, bytes) VALUES (?, ?)').run(medium, bytes)
}

export function renewMedia(sql: Statements, input: RenewMedia): void {
  const { appId, mediaId, currentId, endsAtMs, nowMs } = input
  sql(
    'UPDATE media SET current_id = ?, ends_ms = ?, uploaded_ms = ? WHERE app = ? AND media_id = ?',
  ).run(currentId, endsAtMs, nowMs, internApp(sql, appId), mediaId)
}

export function findMedia(sql: Statements, appId: string, mediaId: string): MediaRow | undefined {
  return sql<MediaRow>(
    `SELECT current_id AS currentId, ends_ms AS endsAtMs, type
     FROM media JOIN apps USING (app) WHERE app_id = ? AND media_id = ?`,
  ).get(appId, mediaId)
}

export function findMediaBytes(
  sql: Statements,
  appId: string,
  mediaId: string,
): Buffer | undefined {
  const row = sql<{ bytes: Uint8Array }>(
    `SELECT bytes FROM media JOIN apps USING (app) JOIN media_images USING (medium)
     WHERE app_id = ? AND media_id = ?`,
  ).get(appId, mediaId)
  return row && Buffer.from(row.bytes)
}

/** One step: images that nobody has sent for long. Returns how many are gone. */
export function sweepMedia(sql: Statements, { nowMs }: { nowMs: number }): number {
  const gone = sql<{ medium: number }>(
    `DELETE FROM media WHERE medium IN (
       SELECT medium FROM media WHERE uploaded_ms < ? LIMIT ${mediaPerStep}) RETURNING medium`,
  ).all(nowMs - mediaKeptMs)
  for (const { medium } of gone) sql('DELETE FROM media_images WHERE medium = ?').run(medium)
  return gone.length
}
