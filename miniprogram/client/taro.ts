/**
 * The entry `wx-reach/taro`. Taro owns the options of pages and of the app and offers hooks
 * instead, so the library uses the hooks. It imports nothing of Taro: the hooks are passed in,
 * which supports React and Vue, Taro 3 and 4 alike.
 */
import type { EnterOptions } from './platform'
import type { Reach } from './reach'
import type { ShareContent, ShareEvent } from './share-content'

/**
 * The hooks of `@tarojs/taro` that are used; the module itself fits. Their callbacks have other
 * types in each version of Taro, so that only a loose type fits them all.
 */
/* eslint-disable @typescript-eslint/no-explicit-any */
export interface TaroHooks {
  useShareAppMessage(callback: (event: any) => any): void
  /** From Taro 3.6 on. */
  useLaunch?(callback: (options: any) => void): void
  useDidShow(callback: (options?: any) => void): void
  useDidHide(callback: () => void): void
}
/* eslint-enable @typescript-eslint/no-explicit-any */

/** What a Taro handler may return; a promise goes into `promise`, as the platform has it. */
export type TaroShareHandler = (event: ShareEvent) => ShareContent

export interface TaroReach {
  /**
   * In place of `useShareAppMessage`, in a page whose configuration has `enableShareAppMessage:
   * true`: without it Taro registers no handler, and the menu offers no 转发.
   *
   * @example useShare(() => ({ title: 'Come in', path: '/pages/index/index?x=1' }))
   */
  useShare(handler: TaroShareHandler): void
  /**
   * In the component of the app, once: captures launches from a share, and sends what is queued
   * when the mini-program is shown and hidden.
   *
   * @example function App({ children }) { useReach(); return children }
   */
  useReach(): void
}

/**
 * The library as hooks of Taro. Forms need none:
 * `<Form reportSubmit onSubmit={reach.formSubmit(handler)}>`, and a class component takes
 * `onShareAppMessage = reach.share(handler)`.
 *
 * @example
 * import * as Taro from '@tarojs/taro'
 * export const { useShare, useReach } = taroReach(reach, Taro)
 */
export function taroReach(reach: Pick<Reach, 'app' | 'share'>, taro: TaroHooks): TaroReach {
  return {
    useShare(handler) {
      // Taro calls it with the component as `this`, which is no page: the library then takes the
      // page on top of the stack.
      taro.useShareAppMessage(reach.share(handler))
    },
    useReach() {
      const { onLaunch, onShow, onHide } = reach.app({}) as unknown as {
        onLaunch(options?: EnterOptions): void
        onShow(options?: EnterOptions): void
        onHide(): void
      }
      // The same entry twice is one arrival, so that launch and show may both report it.
      if (taro.useLaunch) taro.useLaunch((options) => onLaunch(options))
      taro.useDidShow((options) => onShow(options))
      taro.useDidHide(() => onHide())
    },
  }
}
