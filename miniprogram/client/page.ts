/** Wraps the options of pages and of the app. */
import type { AppOptions, Fields, PageOptions, SharesContent } from './page-types'
import type { EnterOptions } from './platform'
import type { Share } from './share'
import { copyWith } from './wrap'
import type { Before } from './wrap'

export interface PageSettings {
  /** For this page alone; see `groupTicket` of `createReach`. */
  groupTicket?: boolean
}

/** Takes and returns the options of `Page`; `Page` registers the page itself. */
export type WrapPage = <Data extends Fields, Custom extends Fields, Content = unknown>(
  options: PageOptions<Data, Custom> & SharesContent<Content>,
  settings?: PageSettings,
) => PageOptions<Data, Custom>

export function createWrapPage(
  share: Share,
  before: Before,
  askForTickets: () => void,
  groupTicket: boolean | undefined,
): WrapPage {
  return (options, settings) => {
    const { onShareAppMessage, onShow } = options as Fields
    // A handler of ours would make the share menu appear on a page that wants none.
    if (typeof onShareAppMessage !== 'function') return options
    const changes: Fields = { onShareAppMessage: share(onShareAppMessage) }
    const { groupTicket: tickets = groupTicket } = settings || {}
    if (tickets) changes.onShow = before(onShow, askForTickets)
    return copyWith(options, changes)
  }
}

/** Takes and returns the options of `App`; `App` registers the app itself. */
export type WrapApp = <Custom extends Fields>(options?: AppOptions<Custom>) => AppOptions<Custom>

export function createWrapApp(
  before: Before,
  enter: (options: EnterOptions | undefined, app: object) => void,
  leave: () => void,
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
