/** Holders resume due messages, and messages whose lease has ended. */
import { expect } from '@jest/globals'
import { admit } from './admit.ts'
import type { Run } from './run.ts'
import { applyUnknownOutcome, callInTime } from './messages.ts'
import type { ModelMessage } from './state.ts'
import { begin, reconcile, observe, presentedBy } from './presenting.ts'
import { canCrash, type Step } from './step.ts'

export async function resume(run: Run, step: Extract<Step, { do: 'resume' }>): Promise<boolean> {
  const { system, model, pending } = run
  // A holder that may crash resumes its own messages differently, so it acts alone.
  const many = [...new Set(step.holders)].filter((holder) => !canCrash(holder))
  const those = many.length > 1 ? many : step.holders.slice(0, 1)
  const [first] = those as [number]
  const isLost = step.replyLost && canCrash(first)
  const { name } = system.holders[first]!
  // A holder does not take over its own lease while its last call for the message is open, even if
  // that call belongs to an earlier attempt.
  const has = ({ text }: ModelMessage) => {
    const own = run.callsByText.get(text)?.findLast(({ call }) => call.holder === name)
    return own !== undefined && pending.has(own.call)
  }
  const taken = model.messages.filter(
    (one) => one.state === 'sending' && !one.leaseRuns && !(one.holder === name && has(one)),
  )
  const due = model.messages.filter(
    ({ state, sendAtMs }) =>
      state === 'queued' || (state === 'scheduled' && sendAtMs! <= model.nowMs),
  )
  const before = begin(run)
  if (isLost) system.holders[first]!.loseReplyOf('claimMessages')
  // `resume` ends only with the replies to its calls, so it is not awaited.
  const failed: unknown[] = []
  for (const n of those) system.holders[n]!.ledger.resume().catch((error) => failed.push(error))
  await system.idle()
  expect(failed).toHaveLength(isLost ? 1 : 0)

  const leased = { holder: name, leaseRuns: !canCrash(first) }
  for (const message of due) Object.assign(message, leased)
  const presented = admit(model, due, await observe(run, due))
  // After `admit`: these credits were still reserved while the due messages looked for one.
  for (const message of taken) {
    if (message.holder !== name) message.takenOver = true
    Object.assign(message, leased)
    if (isLost) continue
    if (message.takenOver)
      presented.push(...presentedBy(message, applyUnknownOutcome(model, message)))
    else
      presented.push(
        ...presentedBy(message, callInTime(model, message, { presents: message.reservation! })),
      )
  }
  reconcile(run, before, isLost ? [] : presented)
  return true
}
