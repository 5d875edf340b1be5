import { before } from './lifecycle'
import { copyWith } from './wrap'
import type { AppOptions, Fields } from './page-types'
import type { EnterOptions } from './platform'
import type { Quietly } from './quietly'

/** Takes and returns the options of `App`; the app itself is registered by `App`. */
export type WrapApp = <Custom extends Fields>(options?: AppOptions<Custom>) => AppOptions<Custom>

export function createWrapApp(
  enter: (options: EnterOptions | undefined) => void,
  leave: () => void,
  quietly: Quietly,
): WrapApp {
  return <Custom extends Fields>(options?: AppOptions<Custom>) => {
    const given = options || ({} as AppOptions<Custom>)
    const { onLaunch, onShow, onHide } = given as Fields
    return copyWith(given, {
      onLaunch: before(onLaunch, quietly, enter),
      onShow: before(onShow, quietly, enter),
      onHide: before(onHide, quietly, leave),
    })
  }
}
