/** The share menu of each page: what it shows, and whether its cards carry a ticket. */
import type { ShareMenuOptions } from '../platform'

export interface Menus {
  /** The entries that the user sees on a page. */
  shownOn(page: object): string[]
  withShareTicket(page: object): boolean
  /** A call of `wx` that has not failed; it concerns the page on top. */
  apply(name: string, options: ShareMenuOptions): void
}

/** The handlers that an entry needs. */
const handlersOf: Record<string, string[]> = {
  shareAppMessage: ['onShareAppMessage'],
  shareTimeline: ['onShareAppMessage', 'onShareTimeline'],
}
const entries = Object.keys(handlersOf)

/** @param top - the page on top of the stack */
export function createMenus(top: () => object | undefined): Menus {
  // Of the instance: a page that is opened once more has its menu again.
  const hidden = new WeakMap<object, string[]>()
  const tickets = new WeakMap<object, boolean>()
  const hiddenOn = (page: object) => hidden.get(page) || []
  return {
    shownOn: (page) =>
      entries.filter(
        (entry) =>
          !hiddenOn(page).includes(entry) &&
          handlersOf[entry]!.every(
            (name) => typeof (page as Record<string, unknown>)[name] === 'function',
          ),
      ),
    withShareTicket: (page) => !!tickets.get(page),
    apply(name, { menus: named, withShareTicket }) {
      const page = top()
      if (!page) return
      if (name === 'hideShareMenu') hidden.set(page, hiddenOn(page).concat(named || entries))
      else if (withShareTicket !== undefined) tickets.set(page, withShareTicket)
      if (name !== 'showShareMenu') return
      const shown = named || ['shareAppMessage']
      hidden.set(
        page,
        hiddenOn(page).filter((entry) => !shown.includes(entry)),
      )
    },
  }
}
