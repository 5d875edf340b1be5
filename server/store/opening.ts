/** What a message is at its first sight: the same on every engine. */
import type { MessageReason } from '../../shared/wire/index.ts'
import { messageId } from './row-ids.ts'
import type { MessageRow, OpenedMessage, OpenMessage, ReservedCredit, UserNumber } from './store.ts'
import type { StoredMessage } from './stored-message.ts'

export type Taken = { credit: ReservedCredit; probe: boolean } | { refusal: MessageReason }

/** @param refusal absent: it is leased */
export const newMessage = (
  input: OpenMessage,
  { user, number }: { user: UserNumber; number: number },
  refusal?: MessageReason,
): MessageRow => ({
  id: messageId(user, number),
  appId: input.appId,
  user,
  openId: input.openId,
  channel: input.channel,
  templateId: input.templateId,
  state: refusal ? 'refused' : 'sending',
  inferred: false,
  reason: refusal,
  payload: input.payload,
  attempts: refusal ? 0 : 1,
  rejectedCredits: 0,
  createdAtMs: input.nowMs,
  deadlineMs: input.deadlineMs,
  settledAtMs: refusal ? input.nowMs : undefined,
})

/** Whether the message has this key, and has it still. */
export const hasKey = (
  { key, keyEndsMs }: Pick<StoredMessage, 'key' | 'keyEndsMs'>,
  { keyHash, nowMs }: OpenMessage,
): boolean => key !== null && keyEndsMs > nowMs && sameBytes(key, keyHash)

export const openedBefore = ({ row, body }: StoredMessage, input: OpenMessage): OpenedMessage =>
  sameBytes(body, input.bodyHash) ? { was: 'replayed', message: row } : { was: 'conflict' }

export const openedNow = (message: MessageRow, taken: Taken): OpenedMessage =>
  'credit' in taken ? { was: 'reserved', message, ...taken } : { was: 'refused', message }

const sameBytes = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0
