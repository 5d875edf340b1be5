/** Which messages are taken over, and as what: the same on every engine. */
import type { MessageReason } from '../../shared/wire/index.ts'
import { messageId } from './row-ids.ts'
import type {
  ClaimedMessage,
  ClaimMessages,
  MessageRow,
  ReservedCredit,
  UserNumber,
} from './store.ts'
import type { StoredMessage } from './stored-message.ts'

interface Due {
  user: UserNumber
  id: number
  /** Leased by whoever asks. */
  isOwn: number | boolean
}

/** Of what is due, `limit + holding` messages of it, what the holder is not doing itself. */
export function dueToOthers<Row extends Due>(due: Row[], { holding, limit }: ClaimMessages): Row[] {
  const held = new Set<string>(holding)
  return due
    .filter(({ user, id, isOwn }) => !isOwn || !held.has(messageId(user, id)))
    .slice(0, limit)
}

/** Why a queued message does not go out any more, whatever credits there are. */
export function refusalOf(row: MessageRow, input: ClaimMessages): MessageReason | undefined {
  return row.deadlineMs <= input.nowMs ? input.ifLate : input.closed?.[row.channel]
}

/** A message whose holder died, or lost sight of it. */
export const abandoned = (
  message: MessageRow,
  { holder, handedOver }: StoredMessage,
  credit: ReservedCredit | undefined,
): ClaimedMessage => ({
  message,
  abandoned: true,
  probe: false,
  ...(holder && !handedOver && { formerHolder: holder }),
  ...(credit && { credit }),
})
