import { copyWith } from './wrap'
import type { Before } from './lifecycle'
import type { Fields, PageOptions, SharesContent } from './page-types'
import type { Share } from './share'

export interface PageSettings {
  /** For this page alone; see `groupTicket` of `createReach`. */
  groupTicket?: boolean
}

/** Takes and returns the options of `Page`; the page itself is registered by `Page`. */
export type WrapPage = <Data extends Fields, Custom extends Fields, Content = unknown>(
  options: PageOptions<Data, Custom> & SharesContent<Content>,
  settings?: PageSettings,
) => PageOptions<Data, Custom>

export function createWrapPage(
  share: Share,
  askForTickets: () => void,
  before: Before,
  groupTicket: boolean,
): WrapPage {
  return (options, settings) => {
    const { onShareAppMessage, onShow } = options as Fields
    // A handler of ours would make the share menu appear on a page that wants none.
    if (typeof onShareAppMessage !== 'function') return options
    const changes: Fields = { onShareAppMessage: share(onShareAppMessage as never) }
    const { groupTicket: tickets = groupTicket } = settings || {}
    if (tickets) changes.onShow = before(onShow, askForTickets)
    return copyWith(options, changes)
  }
}
