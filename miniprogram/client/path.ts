/** Paths of pages: where we are, and one parameter more without touching any other byte. */
import type { PageLike, World } from './world'

/** The parameter in a shared path. */
export const shareParameter = '_wxr'

/** Adds or replaces the share id. Replaces, because a page that was opened from a share has one in its own path. */
export function withShareId(path: string, shareId: string): string {
  const parameter = `${shareParameter}=${shareId}`
  const replaced = path.replace(/([?&])_wxr=[^&#]*/g, `$1${parameter}`)
  if (replaced !== path) return replaced
  const hashAt = path.indexOf('#')
  const base = hashAt < 0 ? path : path.slice(0, hashAt)
  const joint = base.indexOf('?') < 0 ? '?' : /[?&]$/.test(base) ? '' : '&'
  return base + joint + parameter + path.slice(base.length)
}

/** Without leading slash and query, `''` where nobody knows. */
export const routeOf = (page: PageLike | undefined): string =>
  // oxlint-disable-next-line no-underscore-dangle -- the platform's own name in old base libraries
  ((page && (page.route || page.__route__)) || '').slice(0, 1024)

/** The page that `self` is, else the one on top of the stack (adapters bind something else to `this`). */
export function pageOf(world: World, self?: unknown): PageLike | undefined {
  const given = (self || undefined) as PageLike | undefined
  if (routeOf(given)) return given
  const stack = world.pages()
  return stack[stack.length - 1]
}

/**
 * The route as a shareable path: leading slash, its own query. The platform hands the query's values over as they
 * stood in the path, still encoded, so they are joined as they are; only what would break the path is escaped.
 */
export function pathOf(page: PageLike | undefined): string | undefined {
  const route = routeOf(page)
  if (!route) return undefined
  const options = ((page && page.options) || {}) as Record<string, unknown>
  const query = Object.keys(options)
    .filter((key) => options[key] !== undefined)
    .map((key) => `${key}=${String(options[key]).replace(/[&#\s]/g, encodeURIComponent)}`)
    .join('&')
  return `/${route.replace(/^\//, '')}${query && `?${query}`}`
}
