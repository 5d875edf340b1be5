/**
 * Paths of pages: the page that is shown, and one more parameter without touching any other byte.
 */
import type { ShareParameter } from '../../shared/wire/index'
import { isText } from './event'
import type { PageLike, World } from './world'

/** The parameter of a shared path that carries the share id. */
export const shareParameter: ShareParameter = '_wxr'

/** Of the page of a broadcast's notice: it carries the mark of the broadcast, as a share id. */
export const markParameter = '_wxb'

/** Adds the share id, or replaces that of the share that opened the page. */
export function withShareId(path: string, shareId: string): string {
  const parameter = `${shareParameter}=${shareId}`
  let found = false
  // Up to the hash, and only whole parameters: a path inside a parameter may have its own.
  return path.replace(/^[^#]*/, (base) => {
    const replaced = base.replace(/(^[^?]*\?|&)([^=&]*)=[^&]*/g, (all, before, name) => {
      if (name !== shareParameter) return all
      if (found) return ''
      found = true
      return before + parameter
    })
    if (found) return replaced
    return base + (base.indexOf('?') < 0 ? '?' : /[?&]$/.test(base) ? '' : '&') + parameter
  })
}

/** Without leading slash and query; `''` where the page has no route. */
export function routeOf(page: PageLike | undefined): string {
  // oxlint-disable-next-line no-underscore-dangle -- the platform's own name in old base libraries
  const route = page && (page.route || page.__route__)
  return isText(route) ? route.slice(0, 1024) : ''
}

/**
 * `self` where it is on the page stack, else the page on top: adapters bind something else to
 * `this`, whose `route` may be a field of the app's own.
 */
export function pageOf(world: World, self?: unknown): PageLike | undefined {
  const stack = world.pages()
  return stack.indexOf(self as PageLike) < 0 ? stack[stack.length - 1] : (self as PageLike)
}

/**
 * The platform hands the query's values over as they stood in the path, still encoded, so they are
 * joined as they are. A value that stood in no path, or that its opener could not decode, was
 * decoded in place by a framework: each `%` of it is one, and the platform would cut it at `?` and
 * `=`.
 */
function encoded(value: unknown): string {
  try {
    decodeURIComponent(value as string)
    if (!/[?&#\s]/.test(value as string)) return `${value}`
  } catch {
    // As below.
  }
  return `${value}`.replace(/[%?=&#\s]/g, encodeURIComponent)
}

/**
 * The route as a shareable path: leading slash, its own query. `undefined` where the query is not
 * known, as before base library 1.9: the platform's own card has the query then.
 */
export function pathOf(page: PageLike | undefined): string | undefined {
  const route = routeOf(page)
  const options = route && (page!.options as Record<string, unknown> | undefined)
  if (!options) return undefined
  const query = Object.keys(options)
    .filter((key) => options[key] !== undefined)
    .map((key) => `${encoded(key)}=${encoded(options[key])}`)
    .join('&')
  return `/${route.replace(/^\//, '')}${query && `?${query}`}`
}
