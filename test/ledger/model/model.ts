/**
 * A model of the ledger: what the rules make of a history, in plain lists. It knows no code of the
 * server.
 */
import { createConsents } from './consents.ts'
import { createCredits } from './credits.ts'
import { keeps } from './rules.ts'
import type { Edition } from './rules.ts'
import type { ModelState } from './state.ts'
import { createSuspensions } from './suspensions.ts'
import { createWindows } from './windows.ts'

export function createModel(edition: Edition, nowMs: number): ModelState {
  const credits = createCredits()
  return {
    edition,
    nowMs,
    credits,
    windows: createWindows(credits),
    consents: createConsents(),
    suspensions: createSuspensions(),
    messages: [],
    events: new Map(),
    pushes: new Map(),
  }
}

/** What is not kept is gone. */
export function sweep(state: ModelState): void {
  const { nowMs, credits, windows, consents, events, messages } = state
  const held = messages.flatMap(({ hold, state: now }) =>
    hold && now !== 'unknown' ? [hold.credit] : [],
  )
  credits.sweep(nowMs, held)
  windows.sweep(nowMs)
  consents.sweep(nowMs)
  for (const [id, receivedMs] of events) {
    if (receivedMs < nowMs - keeps.eventsMs) events.delete(id)
  }
  for (const message of messages) {
    if (message.keyEndsMs <= nowMs) message.key = undefined
    const isOld = message.createdMs < nowMs - keeps.messageDataMs
    if (message.state === 'unknown' && isOld) message.hold = undefined
  }
}
