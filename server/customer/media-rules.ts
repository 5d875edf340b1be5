/** What WeChat takes as an image of a customer-service message (platform: customer service). */
import type { ImageType } from '../wechat/image-type.ts'
import type { ImageSize } from './image-size.ts'

const day = 24 * 60 * 60 * 1_000

export const mediaRules = {
  maxBytes: 2 * 2 ** 20,
  /** Then it must be uploaded again. */
  lastsMs: 3 * day,
  types: ['jpg', 'png', 'gif'] as readonly ImageType[],
} as const

/** `message`: an image by itself. `card`: the cover of a card. `link`: the picture of a link. */
export type ImageUse = 'message' | 'card' | 'link'

/** What looks best (seeds/000 参数说明). Others are taken, and cut or blurred. */
export const bestSizes: Record<ImageUse, readonly ImageSize[]> = {
  message: [],
  card: [{ width: 520, height: 416 }],
  link: [
    { width: 640, height: 320 },
    { width: 80, height: 80 },
  ],
}

/** Of a link's picture: JPG and PNG alone (seeds/000 picurl). */
export const linkTypes: readonly ImageType[] = ['jpg', 'png']
