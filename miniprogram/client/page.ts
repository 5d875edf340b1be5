import type { Fields, PageOptions, SharesContent, AppOptions } from './page-types'
import type { EnterOptions } from './platform'
import type { Share } from './share'
import { copyWith } from './wrap'
import type { Before } from './wrap'

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

/** Takes and returns the options of `App`; the app itself is registered by `App`. */
export type WrapApp = <Custom extends Fields>(options?: AppOptions<Custom>) => AppOptions<Custom>

export function createWrapApp(
  enter: (options: EnterOptions | undefined, app: object) => void,
  leave: () => void,
  before: Before,
): WrapApp {
  return <Custom extends Fields>(options?: AppOptions<Custom>) => {
    const given = options || ({} as AppOptions<Custom>)
    const { onLaunch, onShow, onHide } = given as Fields
    return copyWith(given, {
      onLaunch: before(onLaunch, enter),
      onShow: before(onShow, enter),
      onHide: before(onHide, leave),
    })
  }
}
