/** The share menu as the platform has it, and the share ticket where a page asks for it. */
import { passThrough } from './pass-through'
import { pageOf } from './path'
import type { PassThrough } from './pass-through'
import type { Platform, ShareMenuOptions } from './platform'
import type { Tell } from './notice'
import type { PageLike, World } from './world'

export interface ShareMenu {
  showShareMenu: PassThrough<ShareMenuOptions, unknown>
  hideShareMenu: PassThrough<ShareMenuOptions, unknown>
  updateShareMenu: PassThrough<ShareMenuOptions, unknown>
}

/** Makes cards of the page on top carry a ticket, without showing a menu that the page has hidden. */
export type AskForTickets = () => void

export function createShareMenu(
  platform: Platform,
  world: World,
  tell: Tell,
): [ShareMenu, AskForTickets] {
  let hidden: PageLike[] = []
  const here = () => pageOf(world)!
  /** Pages that are gone must not be held by our memory of them. */
  const otherHidden = () =>
    hidden.filter((page) => page !== here() && world.pages().indexOf(page) >= 0)

  const menu: ShareMenu = {
    showShareMenu: passThrough(platform, world, tell, 'showShareMenu', () => {
      hidden = otherHidden()
    }),
    hideShareMenu: passThrough(platform, world, tell, 'hideShareMenu', () => {
      hidden = otherHidden().concat(here())
    }),
    updateShareMenu: passThrough(platform, world, tell, 'updateShareMenu'),
  }

  function askForTickets(): void {
    // Nothing but this one property: isUpdatableMessage beside it loses the ticket on iOS, and isPrivateMessage is the page's.
    const options = { withShareTicket: true, success() {} }
    if (platform.updateShareMenu) menu.updateShareMenu(options)
    // Before 1.2.0 there is only showShareMenu, which reveals the button.
    else if (hidden.indexOf(here()) < 0) menu.showShareMenu(options)
  }

  return [menu, askForTickets]
}
