/** Messages that want a credit at the same time: which get one, which are refused and why. */
import { expect } from '@jest/globals'
import type { MessageRow } from '../../../server/store/store.ts'
import type { Hold } from './credits.ts'
import { lease, settle } from './messages.ts'
import type { ModelMessage } from './state.ts'
import type { LateReply } from './run.ts'
import type { ModelState } from './state.ts'
import { spentIn } from './rules.ts'

/**
 * What became of a message in truth: the order of those that ran at once is for the database to
 * choose.
 */
export type Seen = (message: ModelMessage) => { row: MessageRow; ref: string | undefined }

export interface Presented {
  message: ModelMessage
  hold: Hold
  /** When the shut began that it goes through, by the holder it was admitted for. Default: none. */
  probe?: number | undefined
  /** What was lost before, while the same holder held the message. Default: nothing. */
  lost?: LateReply[]
}

/** @returns those that WeChat is to be presented */
export function admit(state: ModelState, wanting: ModelMessage[], seen: Seen): Presented[] {
  const { nowMs, edition, suspensions } = state
  const inTime = wanting.filter((message) => {
    if (message.deadlineMs > nowMs) return true
    settle(state, message, { state: 'refused', reason: 'deadline' })
    return false
  })
  const channels = new Set(inTime.map(({ lane }) => lane.channel))
  return [...channels].flatMap((channel) => {
    const those = inTime.filter(({ lane }) => lane.channel === channel)
    const passage = suspensions.at(channel, nowMs)
    if (passage === 'suspended') return refuseAll(state, those, undefined)
    if (!spentIn(channel, edition)) {
      return refuseAll(state, those, channel === 'template' ? 'retired' : 'not_in_edition')
    }
    return passage === 'open' ? lanesOf(state, those, seen) : oneProbe(state, those, seen)
  })
}

function refuseAll(state: ModelState, messages: ModelMessage[], reason: string | undefined): [] {
  for (const message of messages) settle(state, message, { state: 'refused', reason })
  return []
}

function lanesOf(state: ModelState, messages: ModelMessage[], seen: Seen): Presented[] {
  const nameOf = ({ user, lane }: ModelMessage) => `${user} ${JSON.stringify(lane)}`
  return [...new Set(messages.map(nameOf))].flatMap((name) => {
    const lane = messages.filter((message) => nameOf(message) === name)
    return takeInOrder(state, lane, seen)
  })
}

/** As many as there are credits get one, those that end first; the others none. */
function takeInOrder(state: ModelState, lane: ModelMessage[], seen: Seen): Presented[] {
  const { credits, edition, nowMs } = state
  const [{ user, lane: of }] = lane as [ModelMessage]
  const refs = lane.flatMap((message) => seen(message).ref ?? [])
  const holds = lane.flatMap(() => {
    const [first] = credits.usable(user, of, edition, nowMs)
    return first ? [credits.reserve(first)] : []
  })
  expect([...refs].sort()).toEqual(holds.map(({ credit }) => credit.ref).sort())
  const presented = lane.flatMap((message): Presented[] => {
    const { ref } = seen(message)
    if (ref === undefined) return []
    const [hold] = holds.splice(
      holds.findIndex(({ credit }) => credit.ref === ref),
      1,
    )
    lease(message, hold!)
    return [{ message, hold: hold! }]
  })
  const left = lane.filter((message) => presented.every((one) => one.message !== message))
  refuseAll(state, left, 'no_credit')
  for (const message of left) {
    expect(seen(message).row.reason).toMatchObject({ reserved: heldIn(state, message) })
  }
  return presented
}

/** A refusal with `no_credit` names the reserved uses, since they may come back. */
const heldIn = ({ credits, nowMs }: ModelState, { user, lane }: ModelMessage) =>
  credits.heldIn(user, lane, nowMs)

/** Through a shut channel goes one, if it has a credit. */
function oneProbe(state: ModelState, messages: ModelMessage[], seen: Seen): Presented[] {
  const { credits, edition, nowMs, suspensions } = state
  const creditsOf = ({ user, lane }: ModelMessage) => credits.usable(user, lane, edition, nowMs)
  const able = messages.filter((message) => creditsOf(message).length > 0)
  const through = messages.filter((message) => seen(message).ref !== undefined)
  expect(through).toHaveLength(Math.min(able.length, 1))
  for (const message of messages) {
    if (through.includes(message)) continue
    const reason = seen(message).row.reason?.code
    if (able.includes(message)) expect(reason).not.toBe('no_credit')
    settle(state, message, { state: 'refused', reason })
  }
  return through.map((message) => {
    const hold = credits.reserve(creditsOf(message)[0]!)
    const probe = suspensions.markProbe(message.lane.channel, nowMs)
    lease(message, hold)
    return { message, hold, probe }
  })
}
