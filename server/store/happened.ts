import type { EventResult } from '../../shared/wire/index.ts'
import type { UserNumber } from './store.ts'

/** Whose event it is, when it happened, and when it was told. */
export interface Happened {
  app: number
  user: UserNumber
  atMs: number
  nowMs: number
}

/** What is told about an event beside its status, now and when it comes again. */
export type Told = Pick<EventResult, 'reason' | 'openGId' | 'openGIds'>

export type Recorded = { status: 'accepted' | 'duplicate' | 'rejected' } & Told
