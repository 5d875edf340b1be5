/**
 * Codes with their scenes, and media: images from and for WeChat. Part of the store: see store.ts.
 */
import type { CodeRequest } from '../../shared/wire/index.ts'
import type { Page } from './event-store.ts'
import type { ImageType } from '../rules/media.ts'

export interface CodeStore {
  /** The image of this request, if it was made. */
  findCode(appId: string, key: Buffer): Promise<CodeRow | undefined>
  /**
   * Leases a request, so that one of all callers makes its code. With `counts`, one of the lasting
   * codes is spent from now on, until `dropCode` gives it back. It stays spent if the holder ends
   * without that. With `budget`, it is spent of that too; a queued code was spent of it already.
   */
  openCode(input: OpenCode): Promise<OpenedCode>
  /** Stores the image for ever. Returns how many lasting codes are spent. */
  keepCode(input: KeepCode): Promise<number>
  /** Ends the lease without an image. Changes nothing for anyone but the holder. */
  dropCode(input: DropCode): Promise<void>
  /** Queues a request to be pregenerated, until it is made or dropped. Spends of `budget` once. */
  queueCode(input: QueueCode): Promise<'made' | 'queued' | 'over_budget'>
  /** Queued requests without a lease, oldest first. */
  findQueuedCodes(appId: string, limit: number): Promise<QueuedCode[]>
  /**
   * The code that was asked for last comes first. A page looks at a limited number of codes, so
   * that it may be short, or empty, although there is a `cursor`.
   */
  findCodes(appId: string, page: Page): Promise<{ codes: ListedCodeRow[]; cursor?: string }>
  /** @param id as `findCodes` has it */
  findCodeImage(appId: string, id: number): Promise<CodeRow | undefined>
  countCodes(appId: string): Promise<CodeCounts>
  findScene(appId: string, scene: string): Promise<SceneRow | undefined>
}

export interface CodeRow {
  bytes: Buffer
  contentType: string
  /** Set if the scene is one of ours, with a payload or a share behind it. */
  scene?: string
}

export interface ListedCodeRow extends SceneRow {
  id: number
  state: 'made' | 'queued' | 'making' | 'unknown'
  /** Without its payload. */
  request?: CodeRequest
  askedMs: number
  madeMs?: number
  contentType?: string
  scene?: string
  opens?: number
}

export interface SceneRow {
  /** JSON. */
  payload?: string
  shareId?: string
}

/** What an API key may spend of the lasting codes of an app on a day. */
export interface CodeBudget {
  keyId: string
  day: number
  mostOfKey: number
  /** Of all keys together. */
  mostOfApp: number
}

/** Identifies a request by its canonical form. */
interface CodeKey {
  appId: string
  /** SHA-256: 32 bytes. */
  key: Buffer
}

export interface OpenCode extends CodeKey {
  /** Whether the code is one of the lasting ones, whose number is limited. */
  counts: boolean
  /** Default: no limit. */
  budget?: CodeBudget
  /** Is kept for lists, without its payload. Default: nothing is. */
  request?: CodeRequest
  /** What to store behind a scene. `id` is used unless the request has a scene of ours already. */
  scene?: SceneRow & { id: string }
  /** Identifies the caller's process. */
  holder: string
  leaseMs: number
  nowMs: number
}

export type OpenedCode =
  | { was: 'made' }
  /** Another holder has the lease. */
  | { was: 'in_progress' }
  /** Nothing is opened. */
  | { was: 'over_budget' }
  /** The caller makes it, then calls `keepCode` or `dropCode`. */
  | { was: 'opened'; scene?: string }

export interface KeepCode extends CodeKey {
  holder: string
  counts: boolean
  image: { bytes: Buffer; contentType: string }
  nowMs: number
}

export interface DropCode extends CodeKey {
  holder: string
  counts: boolean
  /** That of `openCode`: what is not made is given back to it, too. */
  budget?: CodeBudget
  /** `outcome_unknown`: WeChat may have made it, so it stays spent. */
  was: 'not_made' | 'outcome_unknown'
  /** WeChat reported that all lasting codes are used up. */
  exhausted: boolean
  /** Whether a queued request stays queued. */
  again: boolean
}

export interface QueueCode extends CodeKey {
  request: CodeRequest
  /** Default: no limit. */
  budget?: CodeBudget
  nowMs: number
}

export interface QueuedCode {
  key: Buffer
  request: CodeRequest
}

export interface CodeCounts {
  /** How many lasting codes are spent. */
  lasting: number
  /** WeChat reported that all are used up, and made none since. */
  exhausted: boolean
  waiting: number
}

/** Images that were uploaded to WeChat, which keeps them for three days. */
export interface MediaStore {
  /** `mediaId` comes from the first upload and identifies the image from then on. */
  keepMedia(input: KeepMedia): Promise<void>
  /** `undefined`: not uploaded here, or too long ago. */
  findMedia(appId: string, mediaId: string): Promise<MediaRow | undefined>
  findMediaBytes(appId: string, mediaId: string): Promise<Buffer | undefined>
  /** Records that the image was uploaded again. */
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
  /** WeChat's current id of the image. */
  currentId: string
  endsAtMs: number
  type: ImageType
}
