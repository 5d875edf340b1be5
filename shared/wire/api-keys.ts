/** API keys that are made while the server runs. */
import type { Scope } from '../codes.ts'

/** `POST /v1/api-keys` */
export interface ApiKeyRequest {
  /** For people: what uses the key. */
  name: string
  /** At most those of the key that asks. */
  scopes: Scope[]
  /**
   * The only app that the key may do anything for. Default: the app of the key that asks; all apps
   * if that is bound to none.
   */
  appId?: string
  /** Default: it does not expire. */
  expiresAt?: string
}

export interface ApiKeyReply {
  id: string
  name: string
  scopes: Scope[]
  /** Absent: all apps. */
  appId?: string
  createdAt: string
  /** Absent: it does not expire. */
  expiresAt?: string
  /** To the minute. Absent: it was not used yet. */
  lastUsedAt?: string
}

export interface CreatedApiKeyReply extends ApiKeyReply {
  /** The key as `Authorization: Bearer` carries it. No later reply has it. */
  secret: string
}

/** `GET /v1/api-keys` */
export interface ApiKeysReply {
  /** Oldest first. */
  apiKeys: ApiKeyReply[]
  /** Keys of REACH_API_KEYS, which only that setting changes. For keys of all apps alone. */
  configured: { id: string; scopes: Scope[] }[]
}
