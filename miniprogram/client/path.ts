/** Paths of pages: where we are, and one parameter more without touching any other byte. */
import type { PageLike, World } from './context'

/** The parameter in a shared path. */
export const shareParameter = '_wxr'

/** Adds or replaces the share id. Replaces, because a page that was opened from a share has one in its own path. */
export function withShareId(path: string, shareId: string): string {
  const parameter = `${shareParameter}=${shareId}`
  let put = false
  // Up to the hash, and only parameters of ours: a path in a parameter of the page's may have its own.
  return path.replace(/^[^#]*/, (base) => {
    const replaced = base.replace(/(^[^?]*\?|&)_wxr=[^&]*/g, (_, before) => {
      if (put) return ''
      put = true
      return before + parameter
    })
    if (put) return replaced
    return base + (base.indexOf('?') < 0 ? '?' : /[?&]$/.test(base) ? '' : '&') + parameter
  })
}

/** Without leading slash and query, `''` where nobody knows. */
export function routeOf(page: PageLike | undefined): string {
  // oxlint-disable-next-line no-underscore-dangle -- the platform's own name in old base libraries
  const route = page && (page.route || page.__route__)
  return typeof route === 'string' ? route.slice(0, 1024) : ''
}

/** The page that `self` is, else the one on top of the stack (adapters bind something else to `this`). */
export function pageOf(world: World, self?: unknown): PageLike | undefined {
  if (routeOf(self as PageLike | undefined)) return self as PageLike
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
  const options = (page!.options || {}) as Record<string, unknown>
  const query = Object.keys(options)
    .filter((key) => options[key] !== undefined)
    .map((key) => `${key}=${String(options[key]).replace(/[&#\s]/g, encodeURIComponent)}`)
    .join('&')
  return `/${route.replace(/^\//, '')}${query && `?${query}`}`
}
