/** The model's messages, and what becomes of them and of their credits when WeChat answers. */
import type { Hold, Lane } from './credits.ts'
import { answers, creditsPerMessage, keeps, presentationsOfOneForm } from './rules.ts'
import type { Meaning } from './rules.ts'
import type { ModelMessage, ModelState } from './state.ts'

/** What the model expects next: no call, or a call that presents a credit. */
export type Next = 'rests' | { presents: Hold }

export function settle(
  state: ModelState,
  message: ModelMessage,
  to: Pick<ModelMessage, 'state'> & Partial<Pick<ModelMessage, 'reason' | 'inferred'>>,
): 'rests' {
  const { delivered } = message
  message.settledMs = state.nowMs
  message.inferred = to.inferred ?? false
  message.reason = to.reason
  message.state = to.state
  // The push knew more than the call.
  if (to.state === 'unknown' && delivered) {
    message.state = delivered === 'arrived' ? 'sent' : 'refused'
    message.reason = delivered === 'arrived' ? undefined : 'user_unknown'
  }
  if (message.state !== 'unknown') message.hold = undefined
  return 'rests'
}

/** The holder may call once with this credit. */
export function lease(message: ModelMessage, hold: Hold): Next {
  Object.assign(message, { state: 'sending', hold, handedOver: false })
  message.attempt += 1
  return { presents: hold }
}

/** The outcome of the call is unknown. */
export function doubt(state: ModelState, message: ModelMessage): Next {
  const hold = message.hold!
  if (hold.credit.kind === 'form' && hold.presentations < presentationsOfOneForm) {
    hold.presentations += 1
    return lease(message, hold)
  }
  state.credits.spend(hold)
  return settle(state, message, { state: 'unknown', reason: 'outcome_unknown' })
}

/** What WeChat's answer means for the whole channel, whichever message got it. */
export function updateChannelState(
  { suspensions, nowMs }: ModelState,
  { channel }: Lane,
  call: { word: string; presentations: number; probe: number | undefined },
): void {
  const meaning = answers[call.word]!
  const isSent = meaning === 'sent' || (call.word === '41029' && call.presentations > 1)
  if (isSent && call.probe !== undefined) suspensions.resume(channel, call.probe)
  if (meaning === 'shut' || meaning === 'pause')
    suspensions.suspend(channel, meaning, Number(call.word), nowMs)
}

/** WeChat answers a call after which none came, whoever has the message by now. */
export function answer(state: ModelState, message: ModelMessage, word: string): Next {
  const { credits, nowMs } = state
  const meaning = answers[word]!
  const hold = message.hold!
  if (hold.presentations > 1) return answerAgain(state, message, word, meaning)
  switch (meaning) {
    case 'sent':
      credits.spend(hold)
      return settle(state, message, { state: 'sent' })
    case 'dead':
      credits.kill(hold)
      message.rejectedCredits += 1
      return nextCredit(state, message)
    case 'busy':
    case 'notSent':
      credits.giveBack(hold)
      message.hold = undefined
      if (nowMs >= message.deadlineMs) {
        return settle(state, message, { state: 'refused', reason: 'deadline' })
      }
      message.state = 'queued'
      return 'rests'
    case 'lost':
      return doubt(state, message)
    default:
      credits.giveBack(hold)
      return settle(state, message, { state: 'refused', reason: reasonOf[meaning] })
  }
}

/** `undefined`: one of several words. */
export const reasonOf = { bad: undefined, shut: undefined, pause: 'quota', noToken: 'credentials' }

/**
 * A form that was presented before: whatever WeChat answers now, the first call may have arrived.
 */
function answerAgain(
  state: ModelState,
  message: ModelMessage,
  word: string,
  meaning: Meaning,
): Next {
  const hold = message.hold!
  if (meaning === 'sent' || word === '41029') {
    state.credits.spend(hold)
    return settle(state, message, { state: 'sent', inferred: meaning !== 'sent' })
  }
  if (meaning === 'busy' || meaning === 'notSent' || meaning === 'lost')
    return doubt(state, message)
  state.credits.spend(hold)
  return settle(state, message, { state: 'unknown', reason: 'outcome_unknown' })
}

function nextCredit(state: ModelState, message: ModelMessage): Next {
  const { credits, edition, nowMs } = state
  const [next] = credits.usable(message.user, message.lane, edition, nowMs)
  if (!next || message.rejectedCredits >= creditsPerMessage) {
    return settle(state, message, { state: 'refused', reason: 'credits_rejected' })
  }
  return lease(message, credits.reserve(next))
}

/** The first call with a credit is not made once the deadline has come. */
export function callInTime(state: ModelState, message: ModelMessage, next: Next): Next {
  const hold = message.hold!
  if (state.nowMs < message.deadlineMs || hold.presentations > 1) return next
  state.credits.giveBack(hold)
  return settle(state, message, { state: 'refused', reason: 'deadline' })
}

/**
 * A push tells what became of a message: of the one it names, or of the only one that it can be.
 */
export function deliver(
  state: ModelState,
  to: { user: string; templateId: string; platformId?: string; arrived: boolean; atMs: number },
): void {
  const own = state.messages.filter(({ user }) => user === to.user)
  const named = own.find(({ platformId }) => platformId && platformId === to.platformId)
  const possible = own.filter(
    (one) =>
      one.lane.templateId === to.templateId &&
      ['sending', 'sent', 'unknown'].includes(one.state) &&
      !one.delivered &&
      !(one.platformId && to.platformId) &&
      one.createdMs <= to.atMs + keeps.deliverySkewMs &&
      (one.settledMs === undefined || one.settledMs >= to.atMs - keeps.deliveryWithinMs),
  )
  const message = named ?? (possible.length === 1 ? possible[0] : undefined)
  if (!message) return
  message.delivered = to.arrived ? 'arrived' : 'failed'
  message.platformId ??= to.platformId
  if (message.state === 'unknown')
    settle(state, message, { state: 'unknown', reason: message.reason })
}
