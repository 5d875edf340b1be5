/** What a reply of WeChat does to a message of the model and to its credit. */
import type { Reservation, CreditScope } from './credits.ts'
import { meanings, creditsPerMessage, periods, presentationsOfOneForm } from './rules.ts'
import type { Meaning } from './rules.ts'
import type { ModelMessage, ModelState } from './state.ts'

/** What the model expects next: no call, or a call that presents a credit. */
export type Next = 'no call' | { presents: Reservation }

export function settle(
  state: ModelState,
  message: ModelMessage,
  to: Pick<ModelMessage, 'state'> & Partial<Pick<ModelMessage, 'reason' | 'inferred'>>,
): 'no call' {
  const { delivered } = message
  message.settledMs = state.nowMs
  message.inferred = to.inferred ?? false
  message.reason = to.reason
  message.state = to.state
  // A push has reported the delivery, whose reply was lost.
  if (to.state === 'unknown' && delivered) {
    message.state = delivered === 'arrived' ? 'sent' : 'refused'
    message.reason = delivered === 'arrived' ? undefined : 'user_unknown'
  }
  if (message.state !== 'unknown') message.reservation = undefined
  return 'no call'
}

/** Leases the message for one call with this credit. */
export function lease(message: ModelMessage, reservation: Reservation): Next {
  Object.assign(message, { state: 'sending', reservation, takenOver: false })
  message.attempt += 1
  return { presents: reservation }
}

/** The outcome of the call is unknown: a form is presented again, else the message is unknown. */
export function applyUnknownOutcome(state: ModelState, message: ModelMessage): Next {
  const reservation = message.reservation!
  if (reservation.credit.kind === 'form' && reservation.presentations < presentationsOfOneForm) {
    reservation.presentations += 1
    return lease(message, reservation)
  }
  state.credits.spend(reservation)
  return settle(state, message, { state: 'unknown', reason: 'outcome_unknown' })
}

/** Suspends or resumes the channel of the call, after a takeover as well. */
export function updateChannelState(
  { suspensions, nowMs }: ModelState,
  { channel }: CreditScope,
  call: { word: string; presentations: number; probe: number | undefined },
): void {
  const meaning = meanings[call.word]!
  const isSent = meaning === 'sent' || (call.word === '41029' && call.presentations > 1)
  if (isSent && call.probe !== undefined) suspensions.resume(channel, call.probe)
  if (meaning === 'shut' || meaning === 'pause')
    suspensions.suspend(channel, meaning, Number(call.word), nowMs)
}

/** Applies the reply to the latest call of a message, after a takeover as well. */
export function applyReply(state: ModelState, message: ModelMessage, word: string): Next {
  const { credits, nowMs } = state
  const meaning = meanings[word]!
  const reservation = message.reservation!
  if (reservation.presentations > 1) return applyReplyToRepeat(state, message, word, meaning)
  switch (meaning) {
    case 'sent':
      credits.spend(reservation)
      return settle(state, message, { state: 'sent' })
    case 'dead':
      credits.kill(reservation)
      message.rejectedCredits += 1
      return nextCredit(state, message)
    case 'busy':
    case 'notSent':
      credits.giveBack(reservation)
      message.reservation = undefined
      if (nowMs >= message.deadlineMs) {
        return settle(state, message, { state: 'refused', reason: 'deadline' })
      }
      message.state = 'queued'
      return 'no call'
    case 'lost':
      return applyUnknownOutcome(state, message)
    default:
      credits.giveBack(reservation)
      return settle(state, message, { state: 'refused', reason: reasonOf[meaning] })
  }
}

/** `undefined`: one of several codes. */
export const reasonOf = { bad: undefined, shut: undefined, pause: 'quota', noToken: 'credentials' }

/** Applies the reply to a form that was presented before: the first call may have succeeded. */
function applyReplyToRepeat(
  state: ModelState,
  message: ModelMessage,
  word: string,
  meaning: Meaning,
): Next {
  const reservation = message.reservation!
  if (meaning === 'sent' || word === '41029') {
    state.credits.spend(reservation)
    return settle(state, message, { state: 'sent', inferred: meaning !== 'sent' })
  }
  if (meaning === 'busy' || meaning === 'notSent' || meaning === 'lost')
    return applyUnknownOutcome(state, message)
  state.credits.spend(reservation)
  return settle(state, message, { state: 'unknown', reason: 'outcome_unknown' })
}

function nextCredit(state: ModelState, message: ModelMessage): Next {
  const { credits, edition, nowMs } = state
  const [next] = credits.usable(message.user, message.scope, edition, nowMs)
  if (!next || message.rejectedCredits >= creditsPerMessage) {
    return settle(state, message, { state: 'refused', reason: 'credits_rejected' })
  }
  return lease(message, credits.reserve(next))
}

/** Skips the first call with a credit once the deadline has passed. */
export function callInTime(state: ModelState, message: ModelMessage, next: Next): Next {
  const reservation = message.reservation!
  if (state.nowMs < message.deadlineMs || reservation.presentations > 1) return next
  state.credits.giveBack(reservation)
  return settle(state, message, { state: 'refused', reason: 'deadline' })
}

/**
 * Applies the delivery report of a push to the message that it names, or else to the only message
 * that matches.
 */
export function deliver(
  state: ModelState,
  to: { user: string; templateId: string; platformId?: string; arrived: boolean; atMs: number },
): void {
  const own = state.messages.filter(({ user }) => user === to.user)
  const named = own.find(({ platformId }) => platformId && platformId === to.platformId)
  const possible = own.filter(
    (one) =>
      one.scope.templateId === to.templateId &&
      ['sending', 'sent', 'unknown'].includes(one.state) &&
      !one.delivered &&
      !(one.platformId && to.platformId) &&
      one.createdMs <= to.atMs + periods.deliverySkewMs &&
      (one.settledMs === undefined || one.settledMs >= to.atMs - periods.deliveryWithinMs),
  )
  const message = named ?? (possible.length === 1 ? possible[0] : undefined)
  if (!message) return
  message.delivered = to.arrived ? 'arrived' : 'failed'
  message.platformId ??= to.platformId
  if (message.state === 'unknown')
    settle(state, message, { state: 'unknown', reason: message.reason })
}
