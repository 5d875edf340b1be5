/** Temporary media (临时素材) of one app. */
import type { PlatformClock, Random } from '../../runtime/world.ts'
import type { Limits } from '../rules/limits.ts'
import { epochSeconds } from '../rules/time.ts'

interface Medium {
  mediaId: string
  bytes: Buffer
  type: ImageType
  /** In seconds since the epoch. */
  createdAt: number
}

interface ImageType {
  readonly contentType: string
  readonly extension: string
}

export interface Media {
  /** `undefined`: the bytes are no image of a type that the platform takes. */
  add(bytes: Buffer): Medium | undefined
  /** `undefined` also for an expired one. */
  find(mediaId: string): Medium | undefined
}

export function createMedia(clock: PlatformClock, random: Random, limits: () => Limits): Media {
  const media = new Map<string, Medium & { endsAtMs: number }>()
  return {
    add(bytes) {
      const type = imageTypeOf(bytes)
      if (!type) return undefined
      const mediaId = random(48).toString('base64url')
      const now = clock.now()
      const endsAtMs = now + limits().mediaLastsMs
      const medium = { mediaId, bytes, type, createdAt: epochSeconds(now), endsAtMs }
      media.set(mediaId, medium)
      return medium
    },
    find(mediaId) {
      const medium = media.get(mediaId)
      return medium && clock.now() < medium.endsAtMs ? medium : undefined
    },
  }
}

const imageTypes: readonly (ImageType & { signatures: readonly string[] })[] = [
  { contentType: 'image/png', extension: 'png', signatures: ['\x89PNG\r\n\x1a\n'] },
  { contentType: 'image/jpeg', extension: 'jpg', signatures: ['\xff\xd8\xff'] },
  { contentType: 'image/gif', extension: 'gif', signatures: ['GIF87a', 'GIF89a'] },
]

function imageTypeOf(bytes: Buffer): ImageType | undefined {
  const head = bytes.toString('latin1', 0, 8)
  return imageTypes.find(({ signatures }) => signatures.some((each) => head.startsWith(each)))
}
