/** Replies after a takeover: another holder has the message, or has made it unknown. */
import { reasonOf, settle } from './messages.ts'
import { meanings } from './rules.ts'
import type { ModelMessage, ModelState } from './state.ts'

/** The reply to a call whose message another holder has taken over. */
interface ReplyAfterTakeover {
  word: string
  presentations: number
  attempt: number
  platformId: string | undefined
}

/**
 * Applies the reply to a call after a takeover. A success always counts. Any other reply counts
 * only where the takeover left the message unknown.
 */
export function applyReplyAfterTakeover(
  state: ModelState,
  message: ModelMessage,
  call: ReplyAfterTakeover,
): undefined {
  const { credits } = state
  const { reservation } = message
  const meaning = meanings[call.word]!
  if (applySuccess(state, message, call) || !isCorrectable(message, call)) return
  switch (meaning) {
    case 'sent':
    case 'lost':
      return
    case 'dead':
      if (reservation) credits.kill(reservation)
      message.rejectedCredits += 1
      settle(state, message, { state: 'refused', reason: 'credits_rejected' })
      return
    case 'busy':
    case 'notSent':
      if (reservation) credits.restore(reservation)
      settle(state, message, { state: 'refused', reason: 'deadline' })
      return
    default:
      if (reservation) credits.restore(reservation)
      settle(state, message, { state: 'refused', reason: reasonOf[meaning] })
  }
}

/** Applies a late reply to an unknown message. Its credit counts as used in any case. */
export function applyLateReply(
  state: ModelState,
  message: ModelMessage,
  call: ReplyAfterTakeover,
): void {
  const meaning = meanings[call.word]!
  if (message.state !== 'unknown') return
  if (applySuccess(state, message, call) || !isCorrectable(message, call)) return
  if (meaning === 'dead') settle(state, message, { state: 'refused', reason: 'credits_rejected' })
  if (meaning === 'bad' || meaning === 'shut' || meaning === 'pause') {
    settle(state, message, { state: 'refused', reason: reasonOf[meaning] })
  }
}

/** A refusal of a form that was presented before does not say whether an earlier call succeeded. */
const isCorrectable = (message: ModelMessage, { attempt, presentations }: ReplyAfterTakeover) =>
  message.state === 'unknown' && message.attempt === attempt && presentations === 1

/** @returns whether the reply is a success, which counts whatever the takeover did */
function applySuccess(state: ModelState, message: ModelMessage, call: ReplyAfterTakeover): boolean {
  const meaning = meanings[call.word]!
  if (meaning !== 'sent' && !(call.word === '41029' && call.presentations > 1)) return false
  if (message.state === 'sending') state.credits.spend(message.reservation!)
  else if (message.state !== 'unknown') return true
  if (meaning === 'sent') message.platformId = call.platformId ?? message.platformId
  settle(state, message, { state: 'sent', inferred: meaning !== 'sent' })
  return true
}
