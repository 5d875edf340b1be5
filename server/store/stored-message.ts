/** A message's row, as both engines read it. */
import type { MessageReason } from '../../shared/wire/index.ts'
import { channelCode, stateCode } from './row-codes.ts'
import { messageId } from './row-ids.ts'
import type { CreditId, Delivery, MessageRow, UserNumber } from './store.ts'

/** A message with what only the store needs to know of it. */
export interface StoredMessage {
  row: MessageRow
  number: number
  app: number
  key: Uint8Array | null
  body: Uint8Array
  keyEndsMs: number
  kinds: number
  ref: string | null
  holder: string | null
  credit: { id: CreditId; generation: number } | undefined
  shown: number
  /** An earlier holder may have made the call that this lease is for. */
  handedOver: boolean
  /** What a push told of it: why it did not arrive, or `arrived`. */
  delivered: MessageReason | 'arrived' | undefined
  /** On which it counts towards the user's limit. */
  day: number | undefined
}

export interface MessageColumns {
  user: UserNumber
  id: number
  app: number
  appId: string
  openId: string | null
  key: Uint8Array | null
  body: Uint8Array
  channel: number
  templateId: string | null
  kinds: number
  ref: string | null
  payload: string | null
  state: number
  inferred: number | boolean
  reason: string | null
  attempts: number
  burnt: number
  credit: CreditId | null
  generation: number | null
  shown: number
  handedOver: number | boolean
  delivered: string | null
  day: number | null
  holder: string | null
  keyEndsMs: number
  createdMs: number
  deadlineMs: number
  settledMs: number | null
}

export function toStored(c: MessageColumns): StoredMessage {
  return {
    row: {
      id: messageId(c.user, c.id),
      appId: c.appId,
      user: c.user,
      openId: c.openId ?? undefined,
      channel: channelCode.word(c.channel),
      templateId: c.templateId ?? undefined,
      state: stateCode.word(c.state),
      inferred: Boolean(c.inferred),
      reason: c.reason === null ? undefined : (JSON.parse(c.reason) as MessageReason),
      payload: c.payload ?? undefined,
      attempts: c.attempts,
      rejectedCredits: c.burnt,
      createdAtMs: c.createdMs,
      deadlineMs: c.deadlineMs,
      settledAtMs: c.settledMs ?? undefined,
    },
    number: c.id,
    app: c.app,
    key: c.key,
    body: c.body,
    keyEndsMs: c.keyEndsMs,
    kinds: c.kinds,
    ref: c.ref,
    holder: c.holder,
    credit: c.credit === null ? undefined : { id: c.credit, generation: c.generation! },
    shown: c.shown,
    handedOver: Boolean(c.handedOver),
    delivered: readDelivered(c.delivered),
    day: c.day ?? undefined,
  }
}

/** As it stands in the row: empty where the message arrived. */
export const writeDelivered = ({ reason }: Delivery): string =>
  reason ? JSON.stringify(reason) : ''

function readDelivered(told: string | null): StoredMessage['delivered'] {
  if (told === null) return undefined
  return told === '' ? 'arrived' : (JSON.parse(told) as MessageReason)
}
