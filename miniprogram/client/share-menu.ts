/** The share menu as the platform has it, and the share ticket where a page asks for it. */
import type { World } from './context'
import { pageOf, routeOf } from './path'
import type {
  GeneralResult,
  Platform,
  ShareMenuOptions,
  EncryptedData,
  ShareInfoOptions,
} from './platform'
import { passThrough } from './platform-call'
import type { PassThrough, CallWechat } from './platform-call'

export interface ShareMenu {
  showShareMenu: PassThrough<ShareMenuOptions, GeneralResult>
  hideShareMenu: PassThrough<ShareMenuOptions, GeneralResult>
  updateShareMenu: PassThrough<ShareMenuOptions, GeneralResult>
}

/** Makes cards of the page on top carry a ticket, without showing a menu that the page has hidden. */
export type AskForTickets = () => void

export function createShareMenu(
  platform: Platform,
  callWechat: CallWechat,
  world: World,
): [ShareMenu, AskForTickets] {
  /** By route, not by page: pages that are gone must not be held by our memory of them. */
  const hidden: Record<string, boolean> = {}
  const here = () => routeOf(pageOf(world))

  const menu: ShareMenu = {
    showShareMenu: passThrough(platform, callWechat, 'showShareMenu', () => {
      hidden[here()] = false
    }),
    hideShareMenu: passThrough(platform, callWechat, 'hideShareMenu', () => {
      hidden[here()] = true
    }),
    updateShareMenu: passThrough(platform, callWechat, 'updateShareMenu'),
  }

  function askForTickets(): void {
    // Nothing but this one property: isUpdatableMessage beside it loses the ticket on iOS, and isPrivateMessage is the page's.
    const options = { withShareTicket: true, success() {} }
    if (platform.updateShareMenu) menu.updateShareMenu(options)
    // Before 1.2.0 there is only showShareMenu, which reveals the button.
    else if (!hidden[here()]) menu.showShareMenu(options)
  }

  return [menu, askForTickets]
}

export type GetShareInfo = PassThrough<ShareInfoOptions, EncryptedData>

export const createGetShareInfo = (platform: Platform, callWechat: CallWechat): GetShareInfo =>
  passThrough(platform, callWechat, 'getShareInfo')
