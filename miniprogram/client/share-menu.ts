/**
 * The platform's functions of the share menu and of a ticket's group, unchanged, and the share
 * ticket where a page asks for it.
 */
import type { Context } from './context'
import type { EncryptedData, GeneralResult, ShareInfoOptions, ShareMenuOptions } from './platform'
import { createPlatformFunction, type PlatformFunction } from './platform-call'

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

const menuFunctions = ['showShareMenu', 'hideShareMenu', 'updateShareMenu', 'getShareInfo'] as const

/**
 * Makes cards of the page on top carry a ticket. Called before the page's own code, so that a menu
 * that the page hides afterwards, by `wx` or by `reach`, stays hidden.
 */
export type AskForTickets = () => void

export function createShareMenu(context: Context): [ShareMenu, AskForTickets] {
  const menu: { [Name in keyof ShareMenu]?: unknown } = {}
  for (const name of menuFunctions) menu[name] = createPlatformFunction(context, name)
  const reach = menu as ShareMenu

  function askForTickets(): void {
    // Only this property: isUpdatableMessage beside it loses the ticket on iOS, and
    // isPrivateMessage is the page's to set.
    const options = { withShareTicket: true }
    // Before 1.2.0 there is only showShareMenu, which reveals the button.
    reach[context.wx.updateShareMenu ? 'updateShareMenu' : 'showShareMenu'](options)
  }

  return [reach, askForTickets]
}
