import type { Authorized } from './authorized.ts'
import type { JsonObject } from './http.ts'
import { imageContentTypes, type ImageType } from './image-type.ts'
import type { AuthorizedReply } from './reply.ts'
import { wholeOf } from './rows.ts'

export interface UploadedMedia {
  mediaId: string
  /** By the platform's clock; three days later the image is gone. */
  createdAtMs: number
}

/** Uploads an image (at most 2 MB) for customer-service messages (platform: customer service). Two calls make two. */
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
  if (typeof mediaId !== 'string' || createdAtSeconds === undefined) return undefined
  return { mediaId, createdAtMs: createdAtSeconds * 1_000 }
}
