/** What stands behind the scene of a code. */
import type { SceneRow } from '../code-store.ts'
import { withoutNulls } from '../without-nulls.ts'
import type { Sql } from './sql.ts'

/** Returns the scene. A scene that is taken is not overwritten: 128 random bits are taken by a defect only. */
export async function putScene(
  sql: Sql,
  app: number,
  { id, payload, shareId }: SceneRow & { id: string },
  nowMs: number,
): Promise<string> {
  await sql.run(
    'INSERT INTO scenes (app, scene, payload, share_id, made_ms) VALUES ($1, $2, $3, $4, $5)',
    app,
    id,
    payload ?? null,
    shareId ?? null,
    nowMs,
  )
  return id
}

export async function dropScene(sql: Sql, app: number, scene: string): Promise<void> {
  await sql.run('DELETE FROM scenes WHERE app = $1 AND scene = $2', app, scene)
}

export async function findScene(
  sql: Sql,
  appId: string,
  scene: string,
): Promise<SceneRow | undefined> {
  const row = await sql.get<{ payload: string | null; shareId: string | null }>(
    `SELECT payload, share_id AS "shareId" FROM scenes JOIN apps USING (app)
     WHERE app_id = $1 AND scene = $2`,
    appId,
    scene,
  )
  return row && withoutNulls(row)
}
