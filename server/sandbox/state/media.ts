/** Temporary media (临时素材) of one app. */
import Type from 'typebox'
import type { PlatformClock, Random } from '../../runtime/world.ts'
import type { Limits } from '../rules/limits.ts'
import { epochSeconds } from '../rules/time.ts'
import { Bytes, EpochMs, Fields, Table, type Memory } from '../rules/memory.ts'

const ImageType = Fields({ contentType: Type.String(), extension: Type.String() })
type ImageType = Memory<typeof ImageType>

const StoredMedium = Fields({
  bytes: Bytes,
  type: ImageType,
  /** In seconds since the epoch. */
  createdAt: Type.Integer(),
  endsAtMs: EpochMs,
})

/** By media_id. */
export const MediaMemory = Table(StoredMedium)

interface Medium extends Memory<typeof StoredMedium> {
  mediaId: string
}

export interface Media {
  /** `undefined`: the bytes are no image of a type that the platform takes. */
  add(bytes: Buffer): Medium | undefined
  /** `undefined` also for an expired one. */
  find(mediaId: string): Medium | undefined
}

export function createMedia(
  media: Memory<typeof MediaMemory>,
  clock: PlatformClock,
  random: Random,
  limits: () => Limits,
): Media {
  return {
    add(bytes) {
      const type = imageTypeOf(bytes)
      if (!type) return undefined
      const mediaId = random(48).toString('base64url')
      const now = clock.now()
      const endsAtMs = now + limits().mediaLastsMs
      const medium = { bytes, type, createdAt: epochSeconds(now), endsAtMs }
      media.set(mediaId, medium)
      return { mediaId, ...medium }
    },
    find(mediaId) {
      const medium = media.get(mediaId)
      return medium && clock.now() < medium.endsAtMs ? { mediaId, ...medium } : undefined
    },
  }
}

const imageTypes: readonly { type: ImageType; signatures: readonly string[] }[] = [
  {
    type: { contentType: 'image/png', extension: 'png' },
    signatures: ['\x89PNG\r\n\x1a\n'],
  },
  { type: { contentType: 'image/jpeg', extension: 'jpg' }, signatures: ['\xff\xd8\xff'] },
  { type: { contentType: 'image/gif', extension: 'gif' }, signatures: ['GIF87a', 'GIF89a'] },
]

function imageTypeOf(bytes: Buffer): ImageType | undefined {
  const head = bytes.toString('latin1', 0, 8)
  return imageTypes.find(({ signatures }) => signatures.some((each) => head.startsWith(each)))?.type
}
