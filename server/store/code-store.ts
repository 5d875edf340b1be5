/** Codes and what stands behind their scenes. Part of the store: see store.ts. */
import type { CodeRequest } from '../../shared/wire/index.ts'

export interface CodeStore {
  /** The image of this very request, if it was made. */
  findCode(appId: string, key: Buffer): Promise<CodeRow | undefined>
  /**
   * Takes a request over to make it: one of all callers gets it, with a lease. With `counts`, one of the codes that
   * last is spent from this moment on, until `dropCode` gives it back; a lease whose holder died stays spent.
   */
  openCode(input: OpenCode): Promise<OpenedCode>
  /** Writes the image, for ever. Returns how many codes that last are spent by now. */
  keepCode(input: KeepCode): Promise<number>
  /** There is no image. Only the holder of the lease may; anyone else changes nothing. */
  dropCode(input: DropCode): Promise<void>
  /** Writes down that a request is to be made ahead; known until it is made, or forgotten by `dropCode`. */
  queueCode(input: QueueCode): Promise<'made' | 'queued'>
  /** Requests that nobody makes yet, oldest first. */
  findQueuedCodes(appId: string, limit: number): Promise<QueuedCode[]>
  countCodes(appId: string): Promise<CodeCounts>
  findScene(appId: string, scene: string): Promise<SceneRow | undefined>
}

export interface CodeRow {
  bytes: Buffer
  contentType: string
  /** Ours, behind which a payload or a share is kept. */
  scene?: string
}

export interface SceneRow {
  /** JSON. */
  payload?: string
  shareId?: string
}

/** What was asked, by its canonical key. */
interface Asked {
  appId: string
  /** SHA-256: 32 bytes. */
  key: Buffer
}

export interface OpenCode extends Asked {
  /** The code is one of those that last and are limited. */
  counts: boolean
  /** To keep behind a scene; `id` is used unless the request has a scene of ours already. */
  scene?: SceneRow & { id: string }
  /** Who makes it: dies with its process. */
  holder: string
  leaseMs: number
  nowMs: number
}

export type OpenedCode =
  | { was: 'made' }
  /** Somebody else has the lease. */
  | { was: 'underWay' }
  /** Make it, then keep or drop it. */
  | { was: 'opened'; scene?: string }

export interface KeepCode extends Asked {
  holder: string
  counts: boolean
  image: { bytes: Buffer; contentType: string }
  nowMs: number
}

export interface DropCode extends Asked {
  holder: string
  counts: boolean
  /** `outcome_unknown`: WeChat may have made it, so it stays spent. */
  was: 'not_made' | 'outcome_unknown'
  /** WeChat said that all codes that last are made. */
  exhausted: boolean
  /** A request that was queued is tried again later; else it is forgotten. */
  again: boolean
}

export interface QueueCode extends Asked {
  request: CodeRequest
  nowMs: number
}

export interface QueuedCode {
  key: Buffer
  request: CodeRequest
}

export interface CodeCounts {
  /** Spent of the codes that last. */
  lasting: number
  /** WeChat has said so since the last one that it made. */
  exhausted: boolean
  waiting: number
}
