/** What WeChat takes as an image of a customer-service message (platform: customer service). */
import type { ImageUse } from '../../shared/wire/index.ts'
import { day, minute } from './time.ts'

export type ImageType = 'jpg' | 'png' | 'gif' | 'webp' | 'bmp'

export interface ImageSize {
  width: number
  height: number
}

export const mediaRules = {
  maxBytes: 2 * 2 ** 20,
  /** Then it must be uploaded again. */
  lastsMs: 3 * day,
  /** Segments, markers and padding of a JPEG before its size: a photo has some dozens. */
  maxJpegSteps: 10_000,
  types: ['jpg', 'png', 'gif'] as readonly ImageType[],
} as const

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

/** Endings of addresses of such pictures. */
export const linkEndings: readonly string[] = ['jpg', 'jpeg', 'png']

/** Endings of scripts and pages, behind which a picture of any type may be. */
export const scriptEndings: readonly string[] =
  'php php5 php7 asp aspx ashx jsp jspx do action cgi fcgi pl py rb htm html'.split(' ')

/**
 * How long an image is stored here after its last upload, so that a message that names it can be
 * sent after WeChat has deleted it. Sending it starts the time anew, at most once in three days.
 */
export const mediaKeptMs = 90 * day

/** A message on its way must not arrive after the end: the image is uploaded so much earlier. */
export const mediaMarginMs = 10 * minute
