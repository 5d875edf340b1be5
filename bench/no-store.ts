/** A store that returns what a real one would and stores nothing. */
import type { CreditId, MessageId, MessageRow, UserNumber } from '../server/store/store.ts'
import type { TouchedStore } from './server.ts'

export function createNoStore(): TouchedStore {
  const row = (id: MessageId, rest: Partial<MessageRow>): MessageRow => ({
    id,
    appId: '',
    user: 1 as UserNumber,
    openId: 'user-0',
    channel: 'template',
    templateId: 'T',
    state: 'sending',
    inferred: false,
    reason: undefined,
    payload: undefined,
    attempts: 1,
    rejectedCredits: 0,
    createdAtMs: 0,
    sendAtMs: undefined,
    deadlineMs: 4_102_444_800_000,
    settledAtMs: undefined,
    ...rest,
  })
  let made = 0
  return {
    ingest: async ({ events }) => events.map(({ id }) => ({ id, status: 'accepted' })),
    async openMessage({ appId, openId, payload, nowMs }) {
      made += 1
      const id = String(made).padStart(16, '0') as MessageId
      return {
        was: 'reserved',
        belowMinimum: false,
        message: row(id, { appId, openId, payload, createdAtMs: nowMs }),
        credit: { id: 1 as CreditId, kind: 'form', ref: 'form-1', generation: 1, presentations: 1 },
        probe: false,
      }
    },
    async settle({ id, nowMs }) {
      return { message: row(id, { state: 'sent', settledAtMs: nowMs }), wasUnknown: false }
    },
  }
}
