/** Temporary media (临时素材) of one app. */
import type { PlatformClock, Random } from '../../runtime/world.ts'
import type { Limits } from '../rules/limits.ts'

export interface Medium {
  mediaId: string
  bytes: Buffer
  type: ImageType
  /** In seconds since the epoch. */
  createdAt: number
}

export interface Media {
  add(bytes: Buffer, type: ImageType): Medium
  /** `undefined` also for one that is too old. */
  find(mediaId: string): Medium | undefined
}

export function createMedia(clock: PlatformClock, random: Random, limits: () => Limits): Media {
  const media = new Map<string, Medium & { endsAtMs: number }>()
  return {
    add(bytes, type) {
      const mediaId = random(48).toString('base64url')
      const createdAt = Math.floor(clock.now() / 1_000)
      const endsAtMs = clock.now() + limits().mediaLastsMs
      const medium = { mediaId, bytes, type, createdAt, endsAtMs }
      media.set(mediaId, medium)
      return medium
    },
    find(mediaId) {
      const medium = media.get(mediaId)
      return medium && clock.now() < medium.endsAtMs ? medium : undefined
    },
  }
}

/** The kinds of pictures that the platform takes, told by their first bytes. */
export interface ImageType {
  readonly contentType: string
  readonly extension: string
}

const types: readonly (ImageType & { starts: readonly string[] })[] = [
  { contentType: 'image/png', extension: 'png', starts: ['\x89PNG\r\n\x1a\n'] },
  { contentType: 'image/jpeg', extension: 'jpg', starts: ['\xff\xd8\xff'] },
  { contentType: 'image/gif', extension: 'gif', starts: ['GIF87a', 'GIF89a'] },
]

export function imageTypeOf(bytes: Buffer): ImageType | undefined {
  const first = bytes.toString('latin1', 0, 8)
  return types.find(({ starts }) => starts.some((start) => first.startsWith(start)))
}
