/** Wraps the options of pages and of the app. */
import type { AppOptions, Fields, PageOptions, SharesContent } from './page-types'
import type { EnterOptions } from './platform'
import type { Share } from './share'
import { copyWith, type Before } from './wrap'

export interface PageSettings {
  /** For this page alone; see `groupTicket` of `createReach`. */
  groupTicket?: boolean
}

/** Takes and returns the options of `Page`; `Page` registers the page itself. */
export type WrapPage = <Data extends Fields, Custom extends Fields, Content = unknown>(
  options: PageOptions<Data, Custom> & SharesContent<Content>,
  settings?: PageSettings,
) => PageOptions<Data, Custom>

/**
 * Wraps a lifecycle function, present or not, that asks for tickets before it does anything else.
 * `undefined` where the page wants none.
 */
export type AskingFor = (
  settings: PageSettings | undefined,
) => ((original: unknown) => () => unknown) | undefined

export function createWrapPage(share: Share, askingFor: AskingFor): WrapPage {
  return (options, settings) => {
    const { onShareAppMessage, onLoad, behaviors } = options as Fields
    // A handler of ours would make the share menu appear on a page that wants none.
    if (typeof onShareAppMessage !== 'function') return options
    const changes: Fields = { onShareAppMessage: share(onShareAppMessage) }
    const asking = askingFor(settings)
    if (asking && (onLoad || !behaviors)) changes.onLoad = asking(onLoad)
    // A method of ours would replace one of its behaviors'; a behavior of ours replaces none.
    else if (asking && typeof Behavior === 'function') {
      changes.behaviors = [Behavior({ attached: asking(undefined) })].concat(behaviors)
    }
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
