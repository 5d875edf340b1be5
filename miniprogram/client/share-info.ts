import { passThrough } from './pass-through'
import type { PassThrough } from './pass-through'
import type { EncryptedData, Platform, ShareInfoOptions } from './platform'
import type { CallWechat } from './wechat-call'

export type GetShareInfo = PassThrough<ShareInfoOptions, EncryptedData>

export const createGetShareInfo = (platform: Platform, callWechat: CallWechat): GetShareInfo =>
  passThrough(platform, callWechat, 'getShareInfo')
