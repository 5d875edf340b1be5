import type { ImageType } from '../rules/media.ts'
import { wholeOf, type JsonObject } from '../runtime/encoding.ts'
import { isValue } from '../verify/values.ts'
import type { Authorized, AuthorizedReply } from './call.ts'
import type { ReplyFile } from './http.ts'

export interface UploadedMedia {
  mediaId: string
  /** By the platform's clock; three days later the image is gone. */
  createdAtMs: number
}

/**
 * Uploads an image (at most 2 MB) for customer-service messages (platform: customer service). Two
 * calls make two.
 */
export function uploadMedia(
  authorized: Authorized,
  { bytes, type }: { bytes: Buffer; type: ImageType },
): Promise<AuthorizedReply<UploadedMedia>> {
  return authorized({
    path: '/cgi-bin/media/upload',
    query: { type: 'image' },
    upload: {
      field: 'media',
      fileName: `image.${type}`,
      contentType: imageContentTypes[type],
      bytes,
    },
    decode,
  })
}

function decode({ media_id: mediaId, created_at }: JsonObject): UploadedMedia | undefined {
  const createdAtSeconds = wholeOf(created_at)
  if (!isValue('mediaId', mediaId) || createdAtSeconds === undefined) return undefined
  return { mediaId, createdAtMs: createdAtSeconds * 1_000 }
}

/**
 * The bytes of a temporary medium, one of ours or one that a user sent (platform: customer
 * service).
 */
export function getMedia(
  authorized: Authorized,
  mediaId: string,
): Promise<AuthorizedReply<ReplyFile>> {
  return authorized({
    method: 'GET',
    path: '/cgi-bin/media/get',
    query: { media_id: mediaId },
    decodeFile: (file) => (file.bytes.length > 0 ? file : undefined),
  })
}

/** What an image is, by its first bytes: names and content types are claims. */

export const imageContentTypes = {
  jpg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  bmp: 'image/bmp',
} as const satisfies Record<ImageType, string>

/** `undefined`: none of these. Says nothing about the rest of the bytes. */
export function imageType(bytes: Buffer): ImageType | undefined {
  const begins = (text: string, at = 0) =>
    bytes.subarray(at, at + text.length).toString('latin1') === text
  if (begins('\xff\xd8\xff')) return 'jpg'
  if (begins('\x89PNG\r\n\x1a\n')) return 'png'
  if (begins('GIF87a') || begins('GIF89a')) return 'gif'
  if (begins('RIFF') && begins('WEBP', 8)) return 'webp'
  // Two letters could begin any text: the reserved bytes after the length are zero.
  if (begins('BM') && begins('\0\0\0\0', 6)) return 'bmp'
  return undefined
}
