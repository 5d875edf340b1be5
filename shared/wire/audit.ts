import type { ProblemCode } from '../codes.ts'

/** `GET /v1/audit` */
export interface AuditQuery {
  /** Default: the app of the key; all apps if that is bound to none. */
  appId?: string
  keyId?: string
  operation?: string
  since?: string
  until?: string
  limit?: number
  cursor?: string
}

/**
 * `GET /v1/audit`, newest first. While there is a `cursor` there are more entries, although a page
 * may hold fewer than `limit` or none: a filter that few entries pass is applied to a part at a
 * time.
 */
export interface AuditReply {
  entries: AuditEntry[]
  cursor?: string
}

/** Who did what. What an entry does not know is absent. */
export interface AuditEntry {
  at: string
  /** `unknown`: a request without an API key of this server. `wechat`: a push. */
  by: AuditActor
  /** `in_process`: the process that the server runs in, by `reach.app()`. */
  keyId?: string
  /**
   * A route as openapi.json names it, `POST /v1/decrypt`, a command, `keys create`, or the event of
   * a push, `user_authorization_revoke`. Absent: refused requests of several kinds.
   */
  operation?: string
  appId?: string
  /** The user whom it concerns; absent once the user was erased, or where there never was one. */
  openId?: string
  /** What it concerns: the id of a template, a code, an image, a group, a key. */
  object?: string
  outcome: AuditOutcome
  /** Of the reply. */
  status?: number
  /** How many such calls there were since the entry before, for those counted by the minute. */
  count: number
  /** The /24 of an IPv4 address, the /48 of an IPv6 one. */
  network?: string
  /** Of the last of these calls. */
  requestId?: string
}

export type AuditActor = 'key' | 'command' | 'unknown' | 'wechat'
export type AuditOutcome = 'done' | ProblemCode
