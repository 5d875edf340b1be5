/** Where the console is: the address of the page, as values that components watch. */
import { computed, shallowRef, type ComputedRef } from 'vue'
import { locationOf, pathOf, type Location, type Query, type Target } from './paths.ts'

/** The server writes `<base href>` into the page. */
const base = () => new URL(document.baseURI)

function read(): Location {
  const { pathname } = base()
  return locationOf(location.pathname.slice(pathname.length - 1), location.search)
}

const current = shallowRef<Location>(read())

export const route: ComputedRef<Location> = computed(() => current.value)

/** Words of the query that stay when the screen changes: the chosen app. */
const lasting = ['app'] as const

/** The address of a target, for `href`. The chosen app stays. */
export function hrefOf(target: Target): string {
  const kept = Object.fromEntries(lasting.map((name) => [name, current.value.query[name]]))
  const path = pathOf({ ...target, query: { ...kept, ...target.query } })
  return new URL(path, base()).href
}

export function go(target: Target, { replace = false } = {}): void {
  const href = hrefOf(target)
  if (href === location.href) return
  history[replace ? 'replaceState' : 'pushState'](null, '', href)
  current.value = read()
}

/** Changes words of the query and leaves all else. `undefined` or '' removes a word. */
export function setQuery(changes: Query, options?: { replace?: boolean }): void {
  const { screen, params, query } = current.value
  if (screen) go({ screen, params, query: { ...query, ...changes } }, options)
}

/** Follows the browser's own back and forward. Called once, at the start. */
export function startRouter(): void {
  addEventListener('popstate', () => {
    current.value = read()
  })
}
