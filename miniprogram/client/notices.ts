/** What the developer, never the user, should know. Each word is explained in docs/client-notices.md under its own anchor. */
import type { World } from './context'

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
  | 'unexpected_reply'

/**
 * Says each notice once in the life of the mini-program, and each function that is missing: a phone that is offline must
 * not flood the console. `detail` may be an error, the platform's or anybody's.
 */
export type Tell = (notice: Notice, detail?: unknown) => void

/** Of anything: what was thrown may be what cannot become text. */
export function wordsOf(value: unknown): string {
  try {
    return `${(value as { errMsg?: unknown }).errMsg || value}`
  } catch {
    return 'no words'
  }
}

export function createTell(world: World): Tell {
  const told: Record<string, boolean> = {}
  return (notice, detail) => {
    const what = notice === 'not_supported' ? notice + detail : notice
    if (told[what]) return
    told[what] = true
    world.warn(`wx-reach: docs/client-notices.md#${notice}${detail ? ` (${wordsOf(detail)})` : ''}`)
  }
}

/** Runs what is ours, or a listener. Its failure is told to the developer and never reaches the page. */
export type Quietly = (task: () => unknown) => void

export const createQuietly =
  (tell: Tell): Quietly =>
  (task) => {
    try {
      task()
    } catch (error) {
      tell('failed', error)
    }
  }

/** Content as `change` makes it, or untouched where that fails. What is no content is the platform's to judge. */
export function changedQuietly<Given>(
  quietly: Quietly,
  given: unknown,
  change: (given: never) => Given,
): Given {
  let result = given as Given
  if (given && typeof given !== 'object') return result
  quietly(() => {
    result = change(given as never)
  })
  return result
}
