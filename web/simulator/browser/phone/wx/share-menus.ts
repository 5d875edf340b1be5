/** The share menu of each page: what its ••• offers, and whether its cards carry a ticket. */
export interface ShareMenu {
  withShareTicket: boolean
  hidden: boolean
  timeline: boolean
}

/**
 * The menu of the page on top, as its code has set it; a page that is opened once more has the
 * platform's again.
 */
export function createShareMenus(top: () => object | undefined): () => ShareMenu {
  const menus = new WeakMap<object, ShareMenu>()
  return () => {
    const page = top()
    const known = page && menus.get(page)
    if (known) return known
    const menu = { withShareTicket: false, hidden: false, timeline: false }
    // Without a page, as in App.onLaunch, a call has no effect.
    if (page) menus.set(page, menu)
    return menu
  }
}
