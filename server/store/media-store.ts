/** Images that were uploaded to WeChat, where they last three days. Part of the store: see store.ts. */
import type { ImageType } from '../rules/media.ts'

export interface MediaStore {
  /** `mediaId` is the one that the first upload gave, and by which the image is known from then on. */
  keepMedia(input: KeepMedia): Promise<void>
  /** `undefined`: not uploaded here, or too long ago. */
  findMedia(appId: string, mediaId: string): Promise<MediaRow | undefined>
  findMediaBytes(appId: string, mediaId: string): Promise<Buffer | undefined>
  /** The image was uploaded again. */
  renewMedia(input: RenewMedia): Promise<void>
}

export interface KeepMedia {
  appId: string
  mediaId: string
  type: ImageType
  bytes: Buffer
  endsAtMs: number
  nowMs: number
}

export interface RenewMedia {
  appId: string
  mediaId: string
  currentId: string
  endsAtMs: number
  nowMs: number
}

export interface MediaRow {
  /** What WeChat calls it now. */
  currentId: string
  endsAtMs: number
  type: ImageType
}
