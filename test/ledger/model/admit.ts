/** Messages that need a credit at the same time: which get one, which are refused, and why. */
import { expect } from '@jest/globals'
import type { MessageRow } from '../../../server/store/store.ts'
import type { Reservation } from './credits.ts'
import { lease, settle } from './messages.ts'
import { spentIn } from './rules.ts'
import type { LateReply } from './run.ts'
import type { ModelMessage, ModelState } from './state.ts'

/**
 * What the ledger did with a message. The model reads it because the database chooses the order of
 * concurrent messages.
 */
export type Observed = (message: ModelMessage) => { row: MessageRow; ref: string | undefined }

export interface Presented {
  message: ModelMessage
  reservation: Reservation
  /** When the channel was shut, if this call is the probe. Default: it is not. */
  probe?: number | undefined
  /** Earlier calls of the same holder that timed out. Default: none. */
  timedOut?: LateReply[]
}

/** @returns the messages that WeChat is called for */
export function admit(state: ModelState, wanting: ModelMessage[], observed: Observed): Presented[] {
  const { nowMs, edition, suspensions } = state
  const inTime = wanting.filter((message) => {
    if (message.deadlineMs > nowMs) return true
    settle(state, message, { state: 'refused', reason: 'deadline' })
    return false
  })
  const channels = new Set(inTime.map(({ scope }) => scope.channel))
  return [...channels].flatMap((channel) => {
    const those = inTime.filter(({ scope }) => scope.channel === channel)
    const admission = suspensions.at(channel, nowMs)
    if (admission === 'suspended') return refuseAll(state, those, undefined)
    if (!spentIn(channel, edition)) {
      return refuseAll(state, those, channel === 'template' ? 'retired' : 'not_in_edition')
    }
    return admission === 'open'
      ? admitByScope(state, those, observed)
      : oneProbe(state, those, observed)
  })
}

function refuseAll(state: ModelState, messages: ModelMessage[], reason: string | undefined): [] {
  for (const message of messages) settle(state, message, { state: 'refused', reason })
  return []
}

function admitByScope(
  state: ModelState,
  messages: ModelMessage[],
  observed: Observed,
): Presented[] {
  const nameOf = ({ user, scope }: ModelMessage) => `${user} ${JSON.stringify(scope)}`
  return [...new Set(messages.map(nameOf))].flatMap((name) => {
    const competing = messages.filter((message) => nameOf(message) === name)
    return takeInOrder(state, competing, observed)
  })
}

/** Credits are reserved in the order of their ends. Messages beyond their number get none. */
function takeInOrder(
  state: ModelState,
  competing: ModelMessage[],
  observed: Observed,
): Presented[] {
  const { credits, edition, nowMs } = state
  const [{ user, scope: of }] = competing as [ModelMessage]
  const refs = competing.flatMap((message) => observed(message).ref ?? [])
  const reservations = competing.flatMap(() => {
    const [first] = credits.usable(user, of, edition, nowMs)
    return first ? [credits.reserve(first)] : []
  })
  expect([...refs].sort()).toEqual(reservations.map(({ credit }) => credit.ref).sort())
  const presented = competing.flatMap((message): Presented[] => {
    const { ref } = observed(message)
    if (ref === undefined) return []
    const [reservation] = reservations.splice(
      reservations.findIndex(({ credit }) => credit.ref === ref),
      1,
    )
    lease(message, reservation!)
    return [{ message, reservation: reservation! }]
  })
  const left = competing.filter((message) => presented.every((one) => one.message !== message))
  refuseAll(state, left, 'no_credit')
  for (const message of left) {
    expect(observed(message).row.reason).toMatchObject({ reserved: reservedFor(state, message) })
  }
  return presented
}

/** A refusal with `no_credit` names the reserved uses, since they may come back. */
const reservedFor = ({ credits, nowMs }: ModelState, { user, scope }: ModelMessage) =>
  credits.reservedIn(user, scope, nowMs)

/** One message that has a credit probes the shut channel. */
function oneProbe(state: ModelState, messages: ModelMessage[], observed: Observed): Presented[] {
  const { credits, edition, nowMs, suspensions } = state
  const creditsOf = ({ user, scope }: ModelMessage) => credits.usable(user, scope, edition, nowMs)
  const able = messages.filter((message) => creditsOf(message).length > 0)
  const through = messages.filter((message) => observed(message).ref !== undefined)
  expect(through).toHaveLength(Math.min(able.length, 1))
  for (const message of messages) {
    if (through.includes(message)) continue
    const reason = observed(message).row.reason?.code
    if (able.includes(message)) expect(reason).not.toBe('no_credit')
    settle(state, message, { state: 'refused', reason })
  }
  return through.map((message) => {
    const reservation = credits.reserve(creditsOf(message)[0]!)
    const probe = suspensions.markProbe(message.scope.channel, nowMs)
    lease(message, reservation)
    return { message, reservation, probe }
  })
}
