/** What WeChat is shown: each step is done to the book first, since who of many comes first is for the database to say. */
import { expect } from '@jest/globals'
import type { MessageRow } from '../../../server/store/store.ts'
import type { Seen, Shown } from './admit.ts'
import type { Life } from './life.ts'
import type { ModelMessage, Next } from './messages.ts'
import { isMortal } from './step.ts'
import type { Call } from './system.ts'

export function begin({ system }: Life): Set<Call> {
  system.reserved.clear()
  return new Set(system.calls)
}

export async function seenOf(life: Life, messages: ModelMessage[]): Promise<Seen> {
  const rows = new Map<ModelMessage, MessageRow>()
  for (const message of messages) rows.set(message, await life.rowOf(message))
  return (message) => {
    const row = rows.get(message)!
    return { row, ref: life.system.reserved.get(row.id) }
  }
}

/** WeChat is shown what the model says, and nothing else. */
export function reconcile(life: Life, before: Set<Call>, shown: Shown[]): void {
  const calls = life.system.calls.filter((call) => !before.has(call))
  const told = calls.map(({ text, ref, openId }) => `${openId}: ${text}: ${ref}`)
  expect(told.sort()).toEqual(
    shown.map(({ message, hold }) => `${message.user}: ${message.text}: ${hold.credit.ref}`).sort(),
  )
  for (const call of calls) {
    const found = shown.find((one) => one.message.text === call.text)!
    const { message, hold, probe = false, lost = [] } = found
    message.holder = call.holder
    const holder = life.system.holders.findIndex(({ name }) => name === call.holder)
    message.leaseRuns = !isMortal(holder)
    const { attempt } = message
    life.pending.set(call, { message, hold, attempt, shown: hold.shown, probe, lost })
    const seen = life.seen.get(call.text) ?? []
    life.seen.set(call.text, seen)
    seen.push({ call, isForm: hold.credit.kind === 'form', answered: undefined })
  }
}

export const shownBy = (message: ModelMessage, next: Next): Shown[] =>
  next === 'rests' ? [] : [{ message, hold: next.shows }]
