/** Who did what, by API keys and commands. Part of the store: see store.ts. */
import type { AuditActor, AuditEntry, AuditOutcome, AuditReply } from '../../shared/wire/index.ts'
import type { MessageId } from './ids.ts'

export interface AuditStore {
  /** Adds an entry. The user is found by `openId`; an unknown one is not added and not named. */
  recordAudit(entry: NewAuditEntry): Promise<void>
  /** The entries that pass the filter, newest first. */
  findAudit(page: AuditPage): Promise<AuditReply>
  /** The entry of a message, from the message itself. `undefined`: the app has no such message. */
  findMessageAudit(appId: string, id: MessageId): Promise<AuditEntry | undefined>
}

export interface NewAuditEntry {
  atMs: number
  by: AuditActor
  keyId?: string
  /** Absent: calls of several kinds. */
  operation?: string
  appId?: string
  /** Of the user whom it concerns, in `appId`. */
  openId?: string
  object?: string
  outcome: AuditOutcome
  status?: number
  /** Default: 1. */
  count?: number
  network?: string
  requestId?: string
}

export interface AuditPage {
  limit: number
  /** Of the page before. Default, also for one that is not ours: the newest entries. */
  cursor?: string
  keyId?: string
  operation?: string
  appId?: string
  /** From this time on. */
  sinceMs?: number
  /** Before this time. */
  untilMs?: number
}
