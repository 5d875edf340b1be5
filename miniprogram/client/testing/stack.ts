/** The page stack of one life, and the platform's functions that move it. */
import { splitPath } from './card'
import { createPageInstance } from './page-instance'
import type { FakePage, Moment, PageInstance, Place, Registered } from './page-instance'

export interface Stack {
  /** The page on top last. */
  pages: FakePage[]
  top(): FakePage | undefined
  call(moment: Moment): void
  open(registered: Registered, at: Place): FakePage
  /** Ends pages, the one on top first, and shows the one below. */
  back(count: number): void
  /** A call of `wx` that has not failed. A page that is not loaded does not open. */
  navigate: Record<Navigation, (options: { url?: string; delta?: number }) => void>
}

export type Navigation = 'navigateTo' | 'redirectTo' | 'reLaunch' | 'switchTab' | 'navigateBack'

/**
 * @param mayCall - false at the end of the life
 * @param loaded - the page of a route, if there is one
 */
export function createStack(
  mayCall: () => boolean,
  loaded: (route: string) => Registered | undefined,
): Stack {
  const pages: FakePage[] = []
  const instances = new Map<FakePage, PageInstance>()
  const top = () => pages[pages.length - 1]

  function callOn(page: FakePage | undefined, moment: Moment, argument?: unknown): void {
    const instance = page && instances.get(page)
    if (instance && mayCall()) instance.call(moment, argument)
  }

  /** Without showing the page below. */
  function close(count: number): void {
    for (let n = 0; n < count; n++) callOn(pages.pop(), 'unload')
  }

  function open(registered: Registered, at: Place): FakePage {
    const instance = createPageInstance(registered, at)
    const { page } = instance
    instances.set(page, instance)
    pages.push(page)
    callOn(page, 'load', at.query)
    callOn(page, 'show')
    callOn(page, 'ready')
    return page
  }

  /** @param leave - what becomes of the pages that are open */
  const opening =
    (leave: () => void) =>
    ({ url = '' }) => {
      const at = splitPath(absolute(url, top()))
      const registered = loaded(at.path)
      if (!registered) return
      leave()
      open(registered, at)
    }
  const hideTop = () => callOn(top(), 'hide')
  const reLaunch = opening(() => close(pages.length))

  const stack: Stack = {
    pages,
    top,
    call: (moment) => callOn(top(), moment),
    open(registered, at) {
      hideTop()
      return open(registered, at)
    },
    back(count) {
      if (!count) return
      close(count)
      callOn(top(), 'show')
    },
    navigate: {
      navigateTo: opening(hideTop),
      redirectTo: opening(() => close(1)),
      reLaunch,
      switchTab(options) {
        const { path } = splitPath(absolute(options.url || '', top()))
        const found = pages.findIndex(({ route }) => route === path)
        if (found < 0) return reLaunch(options)
        stack.back(pages.length - 1 - found)
      },
      // The first page stays.
      navigateBack: ({ delta = 1 }) => stack.back(Math.min(delta, pages.length - 1)),
    },
  }
  return stack
}

/** A path may be relative to that of the page on top. */
function absolute(url: string, top: FakePage | undefined): string {
  if (url.startsWith('/') || !top) return url
  const folder = `${top.route}`.split('/').slice(0, -1)
  for (const part of url.split('/')) {
    if (part === '..') folder.pop()
    else if (part !== '.') folder.push(part)
  }
  return folder.join('/')
}
