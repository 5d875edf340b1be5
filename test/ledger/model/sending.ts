/** Steps that send: each is done to the book first, since who of many comes first is for the database to say. */
import { expect } from '@jest/globals'
import type { MessageRequest } from '../../../shared/wire.ts'
import type { Sent } from '../../../server/ledger/ledger.ts'
import type { MessageRow } from '../../../server/store/store.ts'
import { answered, lost, noToken, notSent } from '../book.ts'
import { admit } from './admit.ts'
import type { Seen, Shown } from './admit.ts'
import type { Lane } from './credits.ts'
import { users } from './life.ts'
import type { Life } from './life.ts'
import { answer, doubt, mindChannel } from './messages.ts'
import type { ModelMessage, Next } from './messages.ts'
import { answers, keeps } from './rules.ts'
import { isMortal } from './step.ts'
import type { Send, Step } from './step.ts'
import type { Call } from './system.ts'

/** A holder resumes at most 32 at once. */
const mostUnderWay = 24
const isUnderWay = ({ state }: ModelMessage) => state === 'queued' || state === 'sending'

interface Asked extends Send {
  openId: string
  text: string
  lane: Lane
  live: ModelMessage | undefined
}

export async function send(
  life: Life,
  { sends, replyLost }: Extract<Step, { do: 'send' }>,
): Promise<boolean> {
  const { system, model } = life
  if (model.messages.filter(isUnderWay).length >= mostUnderWay) return false
  const asked = sends.map((one) => asks(life, replyLost ? { ...one, holder: 2 } : one))
  const before = begin(life)
  if (replyLost) system.holders[2]!.loseReplyOf('openMessage')
  const app = system.apps.all[0]!
  const results = await Promise.allSettled(
    asked.map((one) => {
      const until = one.deadlineInMs === undefined ? undefined : model.nowMs + one.deadlineInMs
      return system.holders[one.holder]!.ledger.send(app, requestOf(one), `key ${one.key}`, until)
    }),
  )
  await system.quiet()
  expect(results.map(({ status }) => status)).toEqual(
    asked.map(() => (replyLost ? 'rejected' : 'fulfilled')),
  )
  const opened = replyLost
    ? [system.opened!]
    : results.map((result) => (result as PromiseFulfilledResult<Sent>).value)
  const made = newMessages(life, asked, opened)
  const shown = admit(model, made, await seenOf(life, made))
  reconcile(life, before, replyLost ? [] : shown)
  return true
}

function asks(life: Life, one: Send): Asked {
  const openId = users[one.user]!
  const templateId = `T${one.template}`
  const lane: Lane =
    one.channel === 'subscribe' ? { channel: 'subscribe', templateId } : { channel: one.channel }
  const live = life.model.messages.find(
    ({ user, key, keyEndsMs }) =>
      user === openId && key === `key ${one.key}` && keyEndsMs > life.model.nowMs,
  )
  const text = `${one.key} of ${openId} by ${one.channel} ${one.template}, ${live?.text.split(', ')[1] ?? `${life.model.nowMs} ${life.model.messages.length}`}`
  return { ...one, openId, lane, live, text }
}

function requestOf({ channel, openId, template, text }: Asked): MessageRequest {
  if (channel === 'customer') return { channel, openId, msgtype: 'text', text: { content: text } }
  return { channel, openId, templateId: `T${template}`, data: { thing1: { value: text } } }
}

type Opened = { was: 'conflict' } | { was: string; message: MessageRow }

/** One message of each key that is new; everyone else is told of it, or that the key is taken. */
function newMessages(life: Life, asked: Asked[], opened: Opened[]): ModelMessage[] {
  const { model } = life
  const made: ModelMessage[] = []
  const isNew = ({ was }: Opened) => was !== 'conflict' && was !== 'replayed'
  asked.forEach((one, n) => {
    if (one.live || !isNew(opened[n]!)) return
    const { message } = opened[n] as { message: MessageRow }
    const { text, lane, openId: user, deadlineInMs = keeps.deadlineMs } = one
    const name = system(life, one.holder)
    made.push({
      ...{ user, lane, text, id: message.id, key: `key ${one.key}`, holder: name.holder },
      ...{ state: 'queued', inferred: false, reason: undefined, leaseRuns: name.leaseRuns },
      ...{ attempt: 0, handedOver: false, probe: false, hold: undefined, burnt: 0 },
      keyEndsMs: model.nowMs + keeps.keysMs,
      createdMs: model.nowMs,
      deadlineMs: model.nowMs + deadlineInMs,
      ...{ settledMs: undefined, delivered: undefined, platformId: undefined },
    })
  })
  asked.forEach((one, n) => {
    const told = opened[n]!
    const key = `key ${one.key}`
    const known = one.live ?? made.find((other) => other.user === one.openId && other.key === key)
    expect(known).toBeDefined()
    if (isNew(told)) return expect(made.map(({ id }) => id)).toContain(idOf(told))
    expect([one, told.was]).toEqual([one, known!.text === one.text ? 'replayed' : 'conflict'])
    if (told.was === 'replayed') expect(idOf(told)).toBe(known!.id)
  })
  const keys = made.map(({ user, key }) => `${user} ${key}`)
  expect(new Set(keys).size).toBe(keys.length)
  model.messages.push(...made)
  return made
}

const idOf = (opened: Opened) => (opened as { message: MessageRow }).message.id
const system = ({ system: { holders } }: Life, holder: number) => ({
  holder: holders[holder]!.name,
  leaseRuns: !isMortal(holder),
})

/** A word → what the ledger is told that WeChat answered. */
function replyOf(word: string, platformId: string | undefined) {
  if (word === 'lost') return lost
  if (word === 'not sent') return notSent
  if (word === 'no token') return noToken
  return { ...answered(Number(word)), body: platformId && { msgid: platformId } }
}

export async function answerCalls(
  life: Life,
  { calls, with: word, replyLost }: Extract<Step, { do: 'answer' }>,
): Promise<boolean> {
  const { system, model, pending } = life
  if (system.calls.length === 0) return false
  const all = [...new Set(calls.map((n) => system.calls[n % system.calls.length]!))]
  // What several of these do depends on their order.
  const one = replyLost || ['dead', 'shut', 'pause'].includes(answers[word]!)
  const those = one ? all.slice(0, 1) : all
  const holder = system.holders.findIndex(({ name }) => name === those[0]!.holder)
  const isLost = replyLost && isMortal(holder)
  system.calls = system.calls.filter((call) => !those.includes(call))
  const before = begin(life)
  if (isLost) system.holders[holder]!.loseReplyOf('settle')

  const platformIds = new Map(those.map((call) => [call, platformIdOf(life, call)]))
  for (const call of those) call.answer(replyOf(word, platformIds.get(call)))
  await system.quiet()
  if (isLost) system.holders[holder]!.forget()

  const shown = those.flatMap((call): Shown[] => {
    const { message, attempt, shown, probe } = pending.get(call)!
    pending.delete(call)
    mindChannel(model, message.lane, { word, shown, probe })
    if (message.state !== 'sending' || message.attempt !== attempt) return []
    if (message.holder !== call.holder) return []
    life.seen.get(call.text)!.find((one) => one.call === call)!.answered = word
    const next = answer(model, message, word)
    if (answers[word] === 'sent') message.platformId = platformIds.get(call) ?? message.platformId
    return shownBy(message, next)
  })
  reconcile(life, before, isLost ? [] : shown)
  return true
}

const platformIdOf = (life: Life, { text }: Call) =>
  text.length % 2 === 0 ? `platform ${life.next()}` : undefined

const shownBy = (message: ModelMessage, next: Next): Shown[] =>
  next === 'rests' ? [] : [{ message, hold: next.shows }]

export async function resume(life: Life, step: Extract<Step, { do: 'resume' }>): Promise<boolean> {
  const { system, model, pending } = life
  // One that lost a lease to itself takes it up otherwise than another would.
  const many = [...new Set(step.holders)].filter((holder) => !isMortal(holder))
  const those = many.length > 1 ? many : step.holders.slice(0, 1)
  const [first] = those as [number]
  const isLost = step.replyLost && isMortal(first)
  const { name } = system.holders[first]!
  const has = (message: ModelMessage) =>
    [...pending].some(
      ([call, one]) =>
        call.holder === name && one.message === message && one.attempt === message.attempt,
    )
  const taken = model.messages.filter(
    (one) => one.state === 'sending' && !one.leaseRuns && !(one.holder === name && has(one)),
  )
  const due = model.messages.filter(({ state }) => state === 'queued')
  const before = begin(life)
  if (isLost) system.holders[first]!.loseReplyOf('claimMessages')
  // It rests only when WeChat has answered all that it sent.
  const failed: unknown[] = []
  for (const n of those) system.holders[n]!.ledger.resume().catch((error) => failed.push(error))
  await system.quiet()
  expect(failed).toHaveLength(isLost ? 1 : 0)

  const leased = { holder: name, leaseRuns: !isMortal(first), probe: false }
  for (const message of due) Object.assign(message, leased)
  const shown = admit(model, due, await seenOf(life, due))
  // Only then: what these spend was held while the others looked for a credit.
  for (const message of taken) {
    if (message.holder !== name) message.handedOver = true
    Object.assign(message, leased)
    if (isLost) continue
    if (message.handedOver) shown.push(...shownBy(message, doubt(model, message)))
    else shown.push({ message, hold: message.hold! })
  }
  reconcile(life, before, isLost ? [] : shown)
  return true
}

function begin({ system }: Life): Set<Call> {
  system.reserved.clear()
  return new Set(system.calls)
}

async function seenOf(life: Life, messages: ModelMessage[]): Promise<Seen> {
  const rows = new Map<ModelMessage, MessageRow>()
  for (const message of messages) rows.set(message, await life.rowOf(message))
  return (message) => {
    const row = rows.get(message)!
    return { row, ref: life.system.reserved.get(row.id) }
  }
}

/** WeChat is shown what the model says, and nothing else. */
function reconcile(life: Life, before: Set<Call>, shown: Shown[]): void {
  const calls = life.system.calls.filter((call) => !before.has(call))
  const told = calls.map(({ text, ref, openId }) => `${openId}: ${text}: ${ref}`)
  expect(told.sort()).toEqual(
    shown.map(({ message, hold }) => `${message.user}: ${message.text}: ${hold.credit.ref}`).sort(),
  )
  for (const call of calls) {
    const { message, hold } = shown.find((one) => one.message.text === call.text)!
    message.holder = call.holder
    const holder = life.system.holders.findIndex(({ name }) => name === call.holder)
    message.leaseRuns = !isMortal(holder)
    const { attempt, probe } = message
    life.pending.set(call, { message, hold, attempt, shown: hold.shown, probe })
    const seen = life.seen.get(call.text) ?? []
    life.seen.set(call.text, seen)
    seen.push({ call, isForm: hold.credit.kind === 'form', answered: undefined })
  }
}
