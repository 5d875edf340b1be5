/** The entry `wx-reach/scene`: what the scene of a scanned code stands for. */
import type { Problem, SceneReply } from '../../shared/wire/index'
import { ask, fail, type AskError } from './ask'
import { internalsOf } from './internals'
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
export type SceneError = AskError

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
  const { guard, arrivals } = internalsOf(reach)
  const given = sceneOf(scanned)
  if (!given) fail('scene_missing')
  const reply = await ask(reach, `/v1/scenes/${encodeURIComponent(given)}`)
  const { payload, shareId, code } = (reply.data || {}) as Partial<SceneReply & Problem>
  // A gateway's 404 has no code and proves nothing about the scene.
  if (reply.status === 404 && code) fail('scene_unknown')
  if (!reply.status) fail('server_unreachable')
  if (reply.status !== 200 || payload === undefined) fail('unexpected_reply')
  if (shareId) guard(() => arrivals.enter(undefined, undefined, shareId))
  return { scene: given, payload, shareId } as SceneResult
}
