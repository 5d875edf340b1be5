/** Who did what, by API keys and commands. Part of the store: see store.ts. */
import type { AuditEntry, AuditReply } from '../../shared/wire/index.ts'
import type { MessageId } from './ids.ts'

export interface AuditStore {
  /** Adds an entry. An unknown user is not added and not named. */
  recordAudit(entry: NewAuditEntry): Promise<void>
  /** The entries that pass the filter, newest first. */
  findAudit(page: AuditPage): Promise<AuditReply>
  /** The entry of a message, from the message itself. `undefined`: the app has no such message. */
  findMessageAudit(appId: string, id: MessageId): Promise<AuditEntry | undefined>
}

/** As the wire shows it. The user is found by `openId`, in `appId`. */
export interface NewAuditEntry extends Omit<AuditEntry, 'at' | 'count'> {
  atMs: number
  /** Default: 1. */
  count?: number
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
