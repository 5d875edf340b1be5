/**
 * Compares the calls of WeChat with the model's. Each step runs on the ledger first, because the
 * database chooses the order of concurrent messages.
 */
import { expect } from '@jest/globals'
import type { MessageRow } from '../../../server/store/store.ts'
import type { Observed, Presented } from './admit.ts'
import type { Run } from './run.ts'
import type { Next } from './messages.ts'
import type { ModelMessage } from './state.ts'
import { canCrash } from './step.ts'
import type { Call } from './system.ts'

/** @returns the calls that are open before the step */
export function begin({ system }: Run): Set<Call> {
  system.reserved.clear()
  return new Set(system.calls)
}

export async function observe(run: Run, messages: ModelMessage[]): Promise<Observed> {
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
      .map(
        ({ message, reservation }) => `${message.user}: ${message.text}: ${reservation.credit.ref}`,
      )
      .sort(),
  )
  for (const call of calls) {
    const found = presented.find((one) => one.message.text === call.text)!
    const { message, reservation, probe, timedOut = [] } = found
    message.holder = call.holder
    const holder = run.system.holders.findIndex(({ name }) => name === call.holder)
    message.leaseRuns = !canCrash(holder)
    const { attempt } = message
    run.pending.set(call, {
      message,
      reservation,
      attempt,
      presentations: reservation.presentations,
      probe,
      timedOut,
    })
    const ofMessage = run.callsByText.get(call.text) ?? []
    run.callsByText.set(call.text, ofMessage)
    ofMessage.push({ call, isForm: reservation.credit.kind === 'form', answered: undefined })
  }
}

export const presentedBy = (message: ModelMessage, next: Next): Presented[] =>
  next === 'no call' ? [] : [{ message, reservation: next.presents }]
