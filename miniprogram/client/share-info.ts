/** `wx.getShareInfo` as the platform has it, with a time-out that also counts before 1.9.90. */
import { passThrough } from './pass-through'
import { callWechat } from './wechat-call'
import { hasCallbacks } from './pass-through'
import type { PassThrough } from './pass-through'
import type { EncryptedData, Platform, ShareInfoOptions } from './platform'
import type { World } from './world'

export type GetShareInfo = PassThrough<ShareInfoOptions, EncryptedData>

export function createGetShareInfo(platform: Platform, world: World): GetShareInfo {
  const asIs: GetShareInfo = passThrough(platform, 'getShareInfo')
  return ((options?: ShareInfoOptions) => {
    if (!options || !options.timeout || hasCallbacks(options)) return asIs(options)
    return callWechat(platform, 'getShareInfo', options, world, options.timeout)
  }) as GetShareInfo
}
