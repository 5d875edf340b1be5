/** What stands behind the scene of a code. */
import type { SceneRow } from '../code-store.ts'
import { withoutNulls } from '../without-nulls.ts'
import type { Statements } from './statements.ts'

/** Returns the scene. A scene that is taken is not overwritten: 128 random bits are taken by a defect only. */
export function putScene(
  sql: Statements,
  app: number,
  { id, payload, shareId }: SceneRow & { id: string },
  nowMs: number,
): string {
  sql('INSERT INTO scenes (app, scene, payload, share_id, made_ms) VALUES (?, ?, ?, ?, ?)').run(
    app,
    id,
    payload ?? null,
    shareId ?? null,
    nowMs,
  )
  return id
}

export function dropScene(sql: Statements, app: number, scene: string): void {
  sql('DELETE FROM scenes WHERE app = ? AND scene = ?').run(app, scene)
}

export function findScene(sql: Statements, appId: string, scene: string): SceneRow | undefined {
  const row = sql<{ payload: string | null; shareId: string | null }>(
    'SELECT payload, share_id AS shareId FROM scenes JOIN apps USING (app) WHERE app_id = ? AND scene = ?',
  ).get(appId, scene)
  return row && withoutNulls(row)
}
