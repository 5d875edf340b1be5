/** The entry `wx-reach/scene`: what the scene of a scanned code stands for. */
import type { Problem, SceneReply } from '../../shared/wire/index'
import { internalsOf } from './internals'
import type { Notice } from './notices'
import type { Reach } from './reach'

/** The query of a page that was opened by a code, or the scene itself. */
export type Scanned =
  { scene?: string } | Record<string, string | undefined> | string | null | undefined

export interface SceneResult {
  /** As the code has it. */
  scene: string
  /** What `POST /v1/codes` was given; `null` where the code carries a share alone. */
  payload: unknown
  /** The share that this scan belongs to. */
  shareId?: string
}

/** What `scene` rejects with. */
export interface SceneError extends Error {
  code: Notice
}

/**
 * The scene of a code as it was given when the code was made: `decodeURIComponent(options.scene)`,
 * `''` where there is none. Needs no network; enough where the scene itself carries the meaning.
 *
 * @example onLoad(options) { const scene = sceneOf(options) }
 */
export function sceneOf(scanned: Scanned): string {
  const given = (scanned && typeof scanned === 'object' ? scanned.scene : scanned) || ''
  try {
    return decodeURIComponent(given)
  } catch {
    // DevTools hands some scenes over decoded already; a `%` in them is a plain `%`.
    return given
  }
}

function fail(code: Notice): never {
  const message = `wx-reach: docs/client-notices.md#${code}`
  throw Object.assign(new Error(message), { code }) satisfies SceneError
}

/**
 * Asks the server for the payload of a scene that it made. A code that belongs to a share makes an
 * arrival of that share, and what the user shares from here on is its child. Rejects with a `code`:
 * `scene_missing` (the page was not opened by a code), `scene_unknown` (the server made no such
 * code), `consent_missing`, `server_unreachable`, `unexpected_reply`, or as the sign-in does.
 * Nothing is stored or repeated: call it again when the user tries again.
 *
 * @param scanned - the page's `options`, or `options.scene`, as the platform gives it
 * @example
 * onLoad(options) {
 *   scene(reach, options).then(
 *     ({ payload }) => this.setData({ table: payload.table }),
 *     () => this.showHome(),
 *   )
 * }
 */
export async function scene(reach: Reach, scanned: Scanned): Promise<SceneResult> {
  const { transport, session, mayCall, guard, arrivals } = internalsOf(reach)
  const given = sceneOf(scanned)
  if (!given) fail('scene_missing')
  if (!mayCall()) fail('consent_missing')
  const ask = (bearer: string) =>
    // Consent may have been taken back while we signed in.
    mayCall()
      ? transport(`/v1/scenes/${encodeURIComponent(given)}`, undefined, bearer)
      : fail('consent_missing')
  const token = await session.token()
  let reply = await ask(token)
  if (reply.status === 401) {
    session.refuse(token)
    reply = await ask(await session.token())
  }
  const { payload, shareId, code } = (reply.data || {}) as Partial<SceneReply & Problem>
  // A gateway's 404 has no code and proves nothing about the scene.
  if (reply.status === 404 && code) fail('scene_unknown')
  if (!reply.status) fail('server_unreachable')
  if (reply.status !== 200 || payload === undefined) fail('unexpected_reply')
  if (shareId) guard(() => arrivals.enter(undefined, undefined, shareId))
  return { scene: given, payload, shareId } as SceneResult
}
