import { copyWith } from './wrap'
import type { Before } from './lifecycle'
import type { AppOptions, Fields } from './page-types'
import type { EnterOptions } from './platform'

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
