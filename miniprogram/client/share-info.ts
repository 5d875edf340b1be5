import { passThrough } from './pass-through'
import type { PassThrough } from './pass-through'
import type { EncryptedData, Platform, ShareInfoOptions } from './platform'
import type { Tell } from './notice'
import type { World } from './world'

export type GetShareInfo = PassThrough<ShareInfoOptions, EncryptedData>

export const createGetShareInfo = (platform: Platform, world: World, tell: Tell): GetShareInfo =>
  passThrough(platform, world, tell, 'getShareInfo')
