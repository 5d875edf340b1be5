/** Cancelling a message: only one that waits is cancelled. */
import { expect } from '@jest/globals'
import type { MessageId } from '../../../server/store/store.ts'
import { settle } from './messages.ts'
import type { Run } from './run.ts'
import type { Step } from './step.ts'

export async function cancel(
  run: Run,
  { holder, message: nth }: Extract<Step, { do: 'cancel' }>,
): Promise<boolean> {
  const { system, model } = run
  const waiting = model.messages.filter(({ state }) => state === 'scheduled' || state === 'queued')
  // Now and then one that is being sent, or that waits no more.
  const sending = model.messages.filter(({ state }) => state === 'sending')
  const some = [waiting, sending, model.messages][nth % 3]!
  const message = some.at(-1 - (nth % Math.max(some.length, 1)))
  if (!message) return false
  const { ledger } = system.holders[holder]!
  const row = await ledger.cancel(system.apps.all[0]!, message.id as MessageId)
  if (waiting.includes(message)) settle(model, message, { state: 'cancelled' })
  expect(row?.state).toBe(message.state)
  return true
}
