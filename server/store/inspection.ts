/** A look at a database that changes nothing, also beside a server that uses it. */
import type { Channel } from '../../shared/wire/index.ts'
import type { CodeStore } from './code-store.ts'
import type { Migration } from './migrations.ts'
import type { WebhookRow } from './webhook-store.ts'

export interface Inspection extends Pick<CodeStore, 'countCodes'> {
  /** Of the engine alone: the tables need not exist. */
  facts(): Promise<DatabaseFacts>
  /** How many values each secret key has sealed: tokens, and of the session keys so many. */
  countSeals(sessionKeys: number): Promise<SealCount[]>
  /** The templates of the newest messages, each once. */
  findUsedTemplates(messages: number): Promise<UsedTemplate[]>
  listWebhooks(): Promise<WebhookRow[]>
  close(): Promise<void>
}

export interface DatabaseFacts {
  /** `PostgreSQL 15.20`. */
  version: string
  /** What the engine is not able to do, and what to do about it. Absent: it serves. */
  unfit?: string
  /** Why an acknowledged write may be lost, and what to do about each. */
  risks: string[]
  /** The migrations that this version applies at its next start. */
  dueMigrations: readonly Migration[]
  /** A migration that this version does not know. */
  newerMigration?: string
  /** By the engine's clock. */
  nowMs: number
}

export interface SealCount {
  /** The id of the secret key, at the start of each value. */
  keyId: Buffer
  count: number
}

export interface UsedTemplate {
  appId: string
  channel: Channel
  templateId: string
}
