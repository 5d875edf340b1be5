/**
 * Warnings for the developer, never for the user. Each notice is explained in
 * docs/client-notices.md under its own anchor.
 */
import type { World } from './world'

export type Notice =
  | 'app_id_missing'
  | 'base_url_missing'
  | 'consent_missing'
  | 'event_dropped'
  | 'image_not_png_or_jpg'
  | 'failed'
  | 'installed_late'
  | 'not_a_form_id'
  | 'not_a_prepay_id'
  | 'not_installed'
  | 'not_supported'
  | 'path_without_slash'
  | 'scene_missing'
  | 'scene_unknown'
  | 'server_unreachable'
  | 'sign_in_failed'
  | 'storage_failed'
  | 'too_many_tickets'
  | 'unexpected_reply'

/**
 * Warns of each notice once in the life of the mini-program, and of each function that is missing:
 * a phone that is offline must not flood the console. `detail` may be an error of any kind.
 */
export type WarnOnce = (notice: Notice, detail?: unknown) => void

export function createWarnOnce(world: World): WarnOnce {
  const warned: Record<string, boolean> = {}
  return (notice, detail) => {
    const key = notice === 'not_supported' ? notice + detail : notice
    if (warned[key]) return
    warned[key] = true
    const message = detail ? ` (${messageOf(detail)})` : ''
    world.warn(`wx-reach: docs/client-notices.md#${notice}${message}`)
  }
}

/** The message of any value: what was thrown may be a value that cannot become text. */
export function messageOf(value: unknown): string {
  try {
    return `${(value as { errMsg?: unknown }).errMsg || value}`
  } catch {
    return 'failed'
  }
}

/** Runs a task or a listener. A failure warns the developer and never reaches the page. */
export type Guard = (task: () => unknown) => void

export const createGuard =
  (warnOnce: WarnOnce): Guard =>
  (task) => {
    try {
      task()
    } catch (error) {
      warnOnce('failed', error)
    }
  }
