/**
 * The entry `wx-reach/privacy`: consent that follows the platform's own privacy agreement (2.32.3),
 * where the app asks.
 */
import type { Reach } from './reach'

/** The function of `wx` that is used. */
export interface PrivacyPlatform {
  getPrivacySetting?(options: {
    success(setting: { needAuthorization: boolean }): void
    fail?(error: unknown): void
  }): unknown
}

/** The function that passes the user's answer to the platform. */
export type PrivacyAnswer = (answer: { event: string; buttonId?: string }) => void

/**
 * Grants consent if the user has agreed to the platform's privacy agreement, now or in an earlier
 * launch. Where the user has not, where the call fails, and on base libraries without such an
 * agreement, nothing changes: the app asks by itself, and calls `reach.consent`. For
 * `createReach({ consent: 'required' })`; call it at every launch.
 *
 * @example followPrivacy(reach, wx)
 */
export function followPrivacy(reach: Reach, platform: PrivacyPlatform): void {
  if (!platform.getPrivacySetting) return
  platform.getPrivacySetting({
    success: ({ needAuthorization }) => {
      if (needAuthorization === false) reach.consent(true)
    },
    fail() {},
  })
}

/**
 * Wraps the app's own listener, so that the user's answer reaches the library and then the
 * platform. Registers nothing: a second listener would replace the app's own.
 *
 * @example
 * wx.onNeedPrivacyAuthorization(privacyListener(reach, (resolve) => this.showPopup(resolve)))
 */
export const privacyListener =
  <More extends unknown[], Result>(
    reach: Reach,
    listener: (resolve: PrivacyAnswer, ...more: More) => Result,
  ) =>
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a result object in the typings
  (resolve: any, ...more: More): Result =>
    listener(
      (answer) => {
        if (answer.event === 'agree') reach.consent(true)
        if (answer.event === 'disagree') reach.consent(false)
        resolve(answer)
      },
      ...more,
    )
