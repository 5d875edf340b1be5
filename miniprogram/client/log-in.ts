/** What the server needs to know who signs in, on what phone. */
import { callWechat } from './wechat-call'
import type { SessionRequest } from '../../shared/wire'
import type { Tell } from './notice'
import type { Platform } from './platform'
import type { World } from './world'

const timeoutMs = 10_000

/** Asks the platform for a code, which is good once: every attempt to sign in calls this anew. */
export type LogIn = () => Promise<SessionRequest>

export const createLogIn =
  (platform: Platform, world: World, tell: Tell, named: string | undefined): LogIn =>
  async () => {
    const { code } = await callWechat<{ code: string }>(platform, 'login', {}, world, timeoutMs)
    const account = platform.getAccountInfoSync && platform.getAccountInfoSync()
    const appId = named || (account && account.miniProgram.appId)
    if (!appId) {
      tell('app_id_missing')
      throw new Error('app_id_missing')
    }
    const read = platform.getAppBaseInfo || platform.getSystemInfoSync
    const { version: wechatVersion, SDKVersion: sdkVersion } = (read && read.call(platform)) || {}
    // JSON leaves out what is undefined.
    return { appId, code, wechatVersion, sdkVersion } as SessionRequest
  }
