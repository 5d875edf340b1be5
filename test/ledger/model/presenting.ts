/**
 * What WeChat is shown: each step is done to the ledger first, since who of many comes first is for
 * the database to say.
 */
import { expect } from '@jest/globals'
import type { MessageRow } from '../../../server/store/store.ts'
import type { Seen, Presented } from './admit.ts'
import type { Run } from './run.ts'
import type { Next } from './messages.ts'
import type { ModelMessage } from './state.ts'
import { canCrash } from './step.ts'
import type { Call } from './system.ts'

export function begin({ system }: Run): Set<Call> {
  system.reserved.clear()
  return new Set(system.calls)
}

export async function seenOf(run: Run, messages: ModelMessage[]): Promise<Seen> {
  const rows = new Map<ModelMessage, MessageRow>()
  for (const message of messages) rows.set(message, await run.rowOf(message))
  return (message) => {
    const row = rows.get(message)!
    return { row, ref: run.system.reserved.get(row.id) }
  }
}

/** Checks that the calls are those that the model expects. */
export function reconcile(run: Run, before: Set<Call>, presented: Presented[]): void {
  const calls = run.system.calls.filter((call) => !before.has(call))
  const made = calls.map(({ text, ref, openId }) => `${openId}: ${text}: ${ref}`)
  expect(made.sort()).toEqual(
    presented
      .map(({ message, hold }) => `${message.user}: ${message.text}: ${hold.credit.ref}`)
      .sort(),
  )
  for (const call of calls) {
    const found = presented.find((one) => one.message.text === call.text)!
    const { message, hold, probe, lost = [] } = found
    message.holder = call.holder
    const holder = run.system.holders.findIndex(({ name }) => name === call.holder)
    message.leaseRuns = !canCrash(holder)
    const { attempt } = message
    run.pending.set(call, {
      message,
      hold,
      attempt,
      presentations: hold.presentations,
      probe,
      lost,
    })
    const seen = run.seen.get(call.text) ?? []
    run.seen.set(call.text, seen)
    seen.push({ call, isForm: hold.credit.kind === 'form', answered: undefined })
  }
}

export const presentedBy = (message: ModelMessage, next: Next): Presented[] =>
  next === 'rests' ? [] : [{ message, hold: next.presents }]
