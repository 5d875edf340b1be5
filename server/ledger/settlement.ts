/** An outcome → what is written: the fate of the credit and the state of the message. Pure but for its jitter. */
import type { MessageRow, Settle } from '../store/store.ts'
import type { Random } from '../world.ts'
import { backoffMs } from './backoff.ts'
import type { Outcome } from './outcome.ts'
import { creditsBad, late } from './reasons.ts'
import { sendRules, spendableKinds } from './rules.ts'
import type { Edition } from './rules.ts'

export interface Circumstances {
  message: MessageRow
  edition: Edition
  nowMs: number
  /** How long this message has been burning through credits, by the machine's clock. */
  burningMs: number
  random: Random
}

export function settlementOf(
  outcome: Outcome,
  circumstances: Circumstances,
): Pick<Settle, 'credit' | 'message'> {
  switch (outcome.outcome) {
    case 'sent': {
      const { outcome: state, ...told } = outcome
      return { credit: { fate: 'spent' }, message: { state, ...told } }
    }
    case 'unknown':
      return {
        credit: { fate: 'spent' },
        message: { state: 'unknown', reason: outcome.reason },
      }
    case 'refused':
      return {
        credit: { fate: 'givenBack' },
        message: { state: 'refused', reason: outcome.reason },
      }
    case 'again':
      return {
        credit: { fate: 'kept' },
        message: { state: 'again', leaseMs: sendRules.leaseMs },
      }
    case 'busy':
      return { credit: { fate: 'givenBack' }, message: later(circumstances) }
    case 'credit_bad':
      return {
        credit: { fate: 'dead', reason: outcome.word },
        message: nextCredit(outcome, circumstances),
      }
    default:
      return outcome satisfies never
  }
}

/** A try that would begin after the deadline is not waited for. */
function later({ message, nowMs, random }: Circumstances): Settle['message'] {
  const dueInMs = backoffMs(message.attempts, random)
  return nowMs + dueInMs < message.deadlineMs
    ? { state: 'queued', dueInMs, ifUnknown: late }
    : { state: 'refused', reason: late }
}

function nextCredit(
  { reason: { wechat } }: Extract<Outcome, { outcome: 'credit_bad' }>,
  { message, edition, burningMs }: Circumstances,
): Settle['message'] {
  const reason = { ...creditsBad, ...(wechat && { wechat }) }
  const burnt = message.creditsBurnt + 1
  if (burnt >= sendRules.creditsPerMessage || burningMs >= sendRules.creditsWithinMs) {
    return { state: 'refused', reason }
  }
  return {
    state: 'next',
    leaseMs: sendRules.leaseMs,
    kinds: spendableKinds(message.channel, edition),
    ...(message.channel === 'subscribe' && { ref: message.templateId! }),
    ifNone: reason,
  }
}
