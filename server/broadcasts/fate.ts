/** What the state of a message means to the recipient of a broadcast, and to the broadcast. */
import type { RefusalCode } from '../../shared/codes.ts'
import { sendingRules } from '../rules/broadcasts.ts'
import type { MessageRow, RecipientOutcome } from '../store/store.ts'

interface Fate {
  to: RecipientOutcome['to']
  /** Every further message would be refused for this reason, until somebody acts. */
  pauses?: RefusalCode
}

interface Moment {
  nowMs: number
  /** When the next day of the limit a user begins. */
  nextDayMs: number
  /** The deadline of the broadcast has passed. */
  isOver: boolean
  /** False: the broadcast does not run, and the call was only to learn what happened. */
  mayBegin: boolean
}

export function fateOf(
  { state, reason }: Pick<MessageRow, 'state' | 'reason'>,
  moment: Moment,
): Fate {
  switch (state) {
    case 'sent':
      return { to: { state } }
    case 'unknown':
      return { to: { state, ...(reason && { reason: reason.code }) } }
    case 'scheduled':
    case 'queued':
    case 'sending':
      return { to: { state: 'sending', dueInMs: sendingRules.lookAgainMs } }
    case 'cancelled':
      return moment.mayBegin
        ? { to: { state: 'refused', reason: 'cancelled' } }
        : { to: { state: 'waiting', dueMs: moment.nowMs } }
    case 'refused':
      return fateOfRefused(reason!.code, moment)
    default:
      return state satisfies never
  }
}

/** Nothing was sent, and no credit is gone: what does not concern the user is no refusal. */
function fateOfRefused(code: RefusalCode, { nowMs, nextDayMs, isOver }: Moment): Fate {
  const waits = (dueMs: number): Fate => ({ to: { state: 'waiting', dueMs } })
  switch (code) {
    case 'quota':
    case 'channel_shut':
    case 'quiet_hours':
      return waits(nowMs)
    case 'user_limit':
      return waits(nextDayMs)
    case 'credentials':
    case 'retired':
    case 'not_in_edition':
    case 'template_unknown':
      return { ...waits(nowMs), pauses: code }
    case 'deadline':
      // Else it is of a call that was not to begin a message.
      return isOver ? { to: { state: 'refused', reason: code } } : waits(nowMs)
    default:
      return { to: { state: 'refused', reason: code } }
  }
}
