/** What the server needs to know who signs in, on what phone. */
import type { SessionRequest } from '../../shared/wire/index'
import type { Tell } from './notice'
import type { Platform } from './platform'
import { readPlatform, readVersions } from './read-platform'
import type { CallWechat } from './wechat-call'

const timeoutMs = 10_000

/** Asks the platform for a code, which is good once: every attempt to sign in calls this anew. */
export type LogIn = () => Promise<SessionRequest>

export const createLogIn =
  (platform: Platform, callWechat: CallWechat, tell: Tell, named: string | undefined): LogIn =>
  async () => {
    const { code } = await callWechat<{ code: string }>(platform, 'login', {}, timeoutMs)
    const { miniProgram } = readPlatform(platform, 'getAccountInfoSync')
    const appId = named || (miniProgram && miniProgram.appId)
    if (!appId) {
      tell('app_id_missing')
      throw new Error('no appId')
    }
    const { version: wechatVersion, SDKVersion: sdkVersion } = readVersions(platform)
    // JSON leaves out what is undefined.
    return { appId, code, wechatVersion, sdkVersion } as SessionRequest
  }
