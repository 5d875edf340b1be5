/**
 * The platform's functions of the share menu and of a ticket's group, unchanged, and the share
 * ticket where a page asks for it.
 */
import type { Context } from './context'
import { pageOf, routeOf } from './path'
import type { EncryptedData, GeneralResult, ShareInfoOptions, ShareMenuOptions } from './platform'
import { createPlatformFunction } from './platform-call'
import type { PlatformFunction } from './platform-call'

export interface ShareMenu {
  showShareMenu: PlatformFunction<ShareMenuOptions, GeneralResult>
  hideShareMenu: PlatformFunction<ShareMenuOptions, GeneralResult>
  updateShareMenu: PlatformFunction<ShareMenuOptions, GeneralResult>
  /**
   * `wx.getShareInfo` unchanged. Without callbacks a promise, for which `timeout` (ms) also counts
   * before 1.9.90.
   *
   * @example const { encryptedData, iv } = await reach.getShareInfo({ shareTicket, timeout: 3000 })
   */
  getShareInfo: PlatformFunction<ShareInfoOptions, EncryptedData>
}

/**
 * Makes cards of the page on top carry a ticket, without showing a menu that the page has hidden.
 */
type AskForTickets = () => void

export function createShareMenu(context: Context): [ShareMenu, AskForTickets] {
  /** By route, not by page: a page that has gone must not be held in memory here. */
  const hidden: Record<string, boolean> = {}
  const currentRoute = () => routeOf(pageOf(context.world))

  const menu: ShareMenu = {
    showShareMenu: createPlatformFunction(context, 'showShareMenu', () => {
      hidden[currentRoute()] = false
    }),
    hideShareMenu: createPlatformFunction(context, 'hideShareMenu', () => {
      hidden[currentRoute()] = true
    }),
    updateShareMenu: createPlatformFunction(context, 'updateShareMenu'),
    getShareInfo: createPlatformFunction(context, 'getShareInfo'),
  }

  function askForTickets(): void {
    // Only this property: isUpdatableMessage beside it loses the ticket on iOS, and
    // isPrivateMessage is the page's to set.
    const options = { withShareTicket: true, success() {} }
    if (context.platform.updateShareMenu) menu.updateShareMenu(options)
    // Before 1.2.0 there is only showShareMenu, which reveals the button.
    else if (!hidden[currentRoute()]) menu.showShareMenu(options)
  }

  return [menu, askForTickets]
}
