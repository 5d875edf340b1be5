/** The state of the model. */
import type { Consents } from './consents.ts'
import type { Credits, Reservation, CreditScope } from './credits.ts'
import type { Edition } from './rules.ts'
import type { Suspensions } from './suspensions.ts'
import type { Windows } from './windows.ts'

export interface ModelState {
  edition: Edition
  nowMs: number
  credits: Credits
  windows: Windows
  consents: Consents
  suspensions: Suspensions
  messages: ModelMessage[]
  /** When each event was received, by its user and id. */
  events: Map<string, number>
  pushes: Map<string, number>
}

export interface ModelMessage {
  user: string
  scope: CreditScope
  /** The caller's Idempotency-Key; `undefined` after a week. */
  key: string | undefined
  keyEndsMs: number
  text: string
  state: 'scheduled' | 'queued' | 'sending' | 'sent' | 'refused' | 'unknown' | 'cancelled'
  inferred: boolean
  reason: string | undefined
  /** The holder of the lease. */
  holder: string
  leaseRuns: boolean
  /** Counts the leases for a call. The reply to an earlier attempt is not the current one. */
  attempt: number
  /** Another holder leased this attempt before: whether it called is unknown. */
  takenOver: boolean
  /** Kept while the message is unknown. */
  reservation: Reservation | undefined
  rejectedCredits: number
  createdMs: number
  /** The `sendAt` of its request, which may have passed already. */
  askedForMs: number | undefined
  /** `undefined`: it was to be sent at once. */
  sendAtMs: number | undefined
  deadlineMs: number
  settledMs: number | undefined
  delivered: 'arrived' | 'failed' | undefined
  platformId: string | undefined
  /** The id of the message in the store. */
  id: string
}
