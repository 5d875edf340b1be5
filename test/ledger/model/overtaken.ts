/** A call that is answered after a takeover: others hold its message, or made it unknown. */
import { reasonOf, settle } from './messages.ts'
import type { ModelMessage, ModelState } from './state.ts'
import { answers } from './rules.ts'

/** What a call was answered whose message has gone on without it. */
interface Overtaken {
  word: string
  presentations: number
  attempt: number
  platformId: string | undefined
}

/**
 * WeChat answers a call whose message others made unknown, or show again. That it arrived is true
 * whatever they did; all else is, where theirs was only a doubt.
 */
export function answerOvertaken(
  state: ModelState,
  message: ModelMessage,
  call: Overtaken,
): undefined {
  const { credits } = state
  const { hold } = message
  const meaning = answers[call.word]!
  if (arrives(state, message, call) || !isOnlyDoubt(message, call)) return
  switch (meaning) {
    case 'sent':
    case 'lost':
      return
    case 'dead':
      if (hold) credits.kill(hold)
      message.rejectedCredits += 1
      settle(state, message, { state: 'refused', reason: 'credits_rejected' })
      return
    case 'busy':
    case 'notSent':
      if (hold) credits.restore(hold)
      settle(state, message, { state: 'refused', reason: 'deadline' })
      return
    default:
      if (hold) credits.restore(hold)
      settle(state, message, { state: 'refused', reason: reasonOf[meaning] })
  }
}

/** A reply to a message that is unknown: its credit counts as used, whatever the reply says. */
export function answerLate(state: ModelState, message: ModelMessage, call: Overtaken): void {
  const meaning = answers[call.word]!
  if (message.state !== 'unknown') return
  if (arrives(state, message, call) || !isOnlyDoubt(message, call)) return
  if (meaning === 'dead') settle(state, message, { state: 'refused', reason: 'credits_rejected' })
  if (meaning === 'bad' || meaning === 'shut' || meaning === 'pause') {
    settle(state, message, { state: 'refused', reason: reasonOf[meaning] })
  }
}

/** A refusal of a form that was presented before proves nothing. */
const isOnlyDoubt = (message: ModelMessage, { attempt, presentations }: Overtaken) =>
  message.state === 'unknown' && message.attempt === attempt && presentations === 1

function arrives(state: ModelState, message: ModelMessage, call: Overtaken): boolean {
  const meaning = answers[call.word]!
  if (meaning !== 'sent' && !(call.word === '41029' && call.presentations > 1)) return false
  if (message.state === 'sending') state.credits.spend(message.hold!)
  else if (message.state !== 'unknown') return true
  if (meaning === 'sent') message.platformId = call.platformId ?? message.platformId
  settle(state, message, { state: 'sent', inferred: meaning !== 'sent' })
  return true
}
