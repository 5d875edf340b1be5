/** Holders take up what is due, and what others left. */
import { expect } from '@jest/globals'
import { admit } from './admit.ts'
import type { Run } from './run.ts'
import { callInTime, doubt } from './messages.ts'
import type { ModelMessage } from './state.ts'
import { begin, reconcile, seenOf, presentedBy } from './presenting.ts'
import { canCrash } from './step.ts'
import type { Step } from './step.ts'

export async function resume(run: Run, step: Extract<Step, { do: 'resume' }>): Promise<boolean> {
  const { system, model, pending } = run
  // One that lost a lease to itself takes it up otherwise than another would.
  const many = [...new Set(step.holders)].filter((holder) => !canCrash(holder))
  const those = many.length > 1 ? many : step.holders.slice(0, 1)
  const [first] = those as [number]
  const isLost = step.replyLost && canCrash(first)
  const { name } = system.holders[first]!
  // The holder leaves a lease of its own alone while its last call for the message is open, also
  // where that call was of an earlier attempt.
  const has = ({ text }: ModelMessage) => {
    const own = run.seen.get(text)?.findLast(({ call }) => call.holder === name)
    return own !== undefined && pending.has(own.call)
  }
  const taken = model.messages.filter(
    (one) => one.state === 'sending' && !one.leaseRuns && !(one.holder === name && has(one)),
  )
  const due = model.messages.filter(({ state }) => state === 'queued')
  const before = begin(run)
  if (isLost) system.holders[first]!.loseReplyOf('claimMessages')
  // It rests only when WeChat has answered all that it sent.
  const failed: unknown[] = []
  for (const n of those) system.holders[n]!.ledger.resume().catch((error) => failed.push(error))
  await system.quiet()
  expect(failed).toHaveLength(isLost ? 1 : 0)

  const leased = { holder: name, leaseRuns: !canCrash(first) }
  for (const message of due) Object.assign(message, leased)
  const presented = admit(model, due, await seenOf(run, due))
  // Only then: what these spend was held while the others looked for a credit.
  for (const message of taken) {
    if (message.holder !== name) message.handedOver = true
    Object.assign(message, leased)
    if (isLost) continue
    if (message.handedOver) presented.push(...presentedBy(message, doubt(model, message)))
    else
      presented.push(
        ...presentedBy(message, callInTime(model, message, { presents: message.hold! })),
      )
  }
  reconcile(run, before, isLost ? [] : presented)
  return true
}
