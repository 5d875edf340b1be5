/** A model of the ledger: applies the rules to a history, in plain lists. Uses no server code. */
import { createConsents } from './consents.ts'
import { createCredits } from './credits.ts'
import { periods, type Edition } from './rules.ts'
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

/** Deletes what is past its periods. */
export function sweep(state: ModelState): void {
  const { nowMs, credits, windows, consents, events, messages } = state
  const held = messages.flatMap(({ reservation, state: now }) =>
    reservation && now !== 'unknown' ? [reservation.credit] : [],
  )
  credits.sweep(nowMs, held)
  windows.sweep(nowMs)
  consents.sweep(nowMs)
  for (const [id, receivedMs] of events) {
    if (receivedMs < nowMs - periods.eventsMs) events.delete(id)
  }
  for (const message of messages) {
    if (message.keyEndsMs <= nowMs) message.key = undefined
    const beganMs = message.sendAtMs ?? message.createdMs
    const isOld = beganMs < nowMs - periods.messageDataMs
    if (message.state === 'unknown' && isOld) message.reservation = undefined
  }
}
