/** API keys that were made while the server runs. Part of the store: see store.ts. */
import type { Scope } from '../../shared/codes.ts'

export interface ApiKeyStore {
  /**
   * Stores a key. False: as many as `most` are stored for its app, or for all apps, and nothing is
   * stored.
   */
  addApiKey(input: AddApiKey): Promise<boolean>
  /** `undefined`: there is none with this hash, or it has expired. */
  findApiKey(hash: Buffer, nowMs: number): Promise<ApiKeyRow | undefined>
  /** Oldest first, with those that expired of late. With `appId`: those bound to that app. */
  listApiKeys(appId?: string): Promise<ApiKeyRow[]>
  /** Deletes a key; with `appId` only if it is bound to that app. False: there is none. */
  deleteApiKey(input: { id: string; appId?: string }): Promise<boolean>
  /** Records a use. An earlier one than the recorded one changes nothing. */
  touchApiKey(input: { id: string; atMs: number }): Promise<void>
}

export interface NewApiKey {
  /** Not secret. */
  id: string
  name: string
  /** Absent: all apps. */
  appId?: string
  scopes: readonly Scope[]
  createdAtMs: number
  /** Absent: it does not expire. */
  expiresAtMs?: number
}

export interface AddApiKey extends NewApiKey {
  /** SHA-256 of the secret: 32 bytes. */
  hash: Buffer
  most: number
}

export interface ApiKeyRow extends NewApiKey {
  /** Absent: it was never used. */
  usedAtMs?: number
}
