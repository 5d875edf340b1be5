/** Temporary media (临时素材) of one app. */
import type { PlatformClock, Random } from '../../runtime/world.ts'
import type { ImageType } from '../rules/image-types.ts'
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
