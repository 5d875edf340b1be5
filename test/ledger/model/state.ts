/** The state of the model: its messages, and what else it keeps of a history. */
import type { Consents } from './consents.ts'
import type { Credits, Hold, Lane } from './credits.ts'
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
  /** When each was received. */
  events: Map<string, number>
  pushes: Map<string, number>
}

export interface ModelMessage {
  user: string
  lane: Lane
  /** Of the caller. Forgotten after a week. */
  key: string | undefined
  keyEndsMs: number
  text: string
  state: 'queued' | 'sending' | 'sent' | 'refused' | 'unknown'
  inferred: boolean
  reason: string | undefined
  /** Whose lease it is. */
  holder: string
  leaseRuns: boolean
  /** Counts the leases for a call: who answers for an earlier one answers for nothing. */
  attempt: number
  /** Another holder had this attempt before: whether it called is unknown. */
  handedOver: boolean
  /** What it reserved; remembered while it is unknown. */
  hold: Hold | undefined
  rejectedCredits: number
  createdMs: number
  deadlineMs: number
  settledMs: number | undefined
  delivered: 'arrived' | 'failed' | undefined
  platformId: string | undefined
  /** The real one's. */
  id: string
}
