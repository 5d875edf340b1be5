/** What becomes of a message whose call is answered when others have it, or have told it as unknown. */
import { reasonOf, settle } from './messages.ts'
import type { ModelMessage } from './messages.ts'
import type { ModelState } from './model.ts'
import { answers } from './rules.ts'

/** What a call was answered whose message has gone on without it. */
export interface Overtaken {
  word: string
  shown: number
  attempt: number
  platformId: string | undefined
}

/**
 * WeChat answers a call whose message others made unknown, or show again. That it arrived is true whatever they did; all
 * else is, where theirs was only a doubt.
 */
export function answerOvertaken(
  state: ModelState,
  message: ModelMessage,
  call: Overtaken,
): undefined {
  const { credits } = state
  const { hold } = message
  const fate = answers[call.word]!
  if (arrives(state, message, call) || !isOnlyDoubt(message, call)) return
  switch (fate) {
    case 'sent':
    case 'lost':
      return
    case 'dead':
      if (hold) credits.kill(hold)
      message.burnt += 1
      settle(state, message, { state: 'refused', reason: 'credits_rejected' })
      return
    case 'busy':
    case 'notSent':
      if (hold) credits.restore(hold)
      settle(state, message, { state: 'refused', reason: 'deadline' })
      return
    default:
      if (hold) credits.restore(hold)
      settle(state, message, { state: 'refused', reason: reasonOf[fate] })
  }
}

/** A reply to a message that is unknown: its credit counts as used, whatever the reply says. */
export function answerLate(state: ModelState, message: ModelMessage, call: Overtaken): void {
  const fate = answers[call.word]!
  if (message.state !== 'unknown') return
  if (arrives(state, message, call) || !isOnlyDoubt(message, call)) return
  if (fate === 'dead') settle(state, message, { state: 'refused', reason: 'credits_rejected' })
  if (fate === 'bad' || fate === 'shut' || fate === 'pause') {
    settle(state, message, { state: 'refused', reason: reasonOf[fate] })
  }
}

/** Of a form that was shown before, a refusal tells nothing. */
const isOnlyDoubt = (message: ModelMessage, { attempt, shown }: Overtaken) =>
  message.state === 'unknown' && message.attempt === attempt && shown === 1

function arrives(state: ModelState, message: ModelMessage, call: Overtaken): boolean {
  const fate = answers[call.word]!
  if (fate !== 'sent' && !(call.word === '41029' && call.shown > 1)) return false
  if (message.state === 'sending') state.credits.spend(message.hold!)
  else if (message.state !== 'unknown') return true
  if (fate === 'sent') message.platformId = call.platformId ?? message.platformId
  settle(state, message, { state: 'sent', inferred: fate !== 'sent' })
  return true
}
