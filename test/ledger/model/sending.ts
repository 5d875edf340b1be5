/** Requests for messages, many at once: each key makes one message, and the others are replays. */
import { expect } from '@jest/globals'
import type { SendResult } from '../../../server/ledger/send.ts'
import type { MessageRow } from '../../../server/store/store.ts'
import type { MessageRequest } from '../../../shared/wire/index.ts'
import { admit } from './admit.ts'
import type { Lane } from './credits.ts'
import { users } from './run.ts'
import type { Run } from './run.ts'
import type { ModelMessage } from './state.ts'
import { keeps } from './rules.ts'
import { begin, reconcile, seenOf } from './presenting.ts'
import { canCrash } from './step.ts'
import type { Send, Step } from './step.ts'

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
  run: Run,
  { sends, replyLost }: Extract<Step, { do: 'send' }>,
): Promise<boolean> {
  const { system, model } = run
  if (model.messages.filter(isUnderWay).length >= mostUnderWay) return false
  const asked = sends.map((one) => asks(run, replyLost ? { ...one, holder: 2 } : one))
  const before = begin(run)
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
    : results.map((result) => (result as PromiseFulfilledResult<SendResult>).value)
  const made = newMessages(run, asked, opened)
  const presented = admit(model, made, await seenOf(run, made))
  reconcile(run, before, replyLost ? [] : presented)
  return true
}

function asks(run: Run, one: Send): Asked {
  const openId = users[one.user]!
  const templateId = `T${one.template}`
  const lane: Lane =
    one.channel === 'subscribe' ? { channel: 'subscribe', templateId } : { channel: one.channel }
  const live = run.model.messages.find(
    ({ user, key, keyEndsMs }) =>
      user === openId && key === `key ${one.key}` && keyEndsMs > run.model.nowMs,
  )
  const moment = live?.text.split(', ')[1] ?? `${run.model.nowMs} ${run.model.messages.length}`
  const text = `${one.key} of ${openId} by ${one.channel} ${one.template}, ${moment}`
  return { ...one, openId, lane, live, text }
}

function requestOf({ channel, openId, template, text }: Asked): MessageRequest {
  if (channel === 'customer') return { channel, openId, msgtype: 'text', text: { content: text } }
  return { channel, openId, templateId: `T${template}`, data: { thing1: { value: text } } }
}

type Opened = { was: 'conflict' } | { was: string; message: MessageRow }

/** One message of each key that is new; the others are replays or conflicts. */
function newMessages(run: Run, asked: Asked[], opened: Opened[]): ModelMessage[] {
  const { model } = run
  const made: ModelMessage[] = []
  const isNew = ({ was }: Opened) => was !== 'conflict' && was !== 'replayed'
  asked.forEach((one, n) => {
    if (one.live || !isNew(opened[n]!)) return
    const { message } = opened[n] as { message: MessageRow }
    const { text, lane, openId: user, deadlineInMs = keeps.deadlineMs } = one
    made.push({
      user,
      lane,
      text,
      id: message.id,
      key: `key ${one.key}`,
      keyEndsMs: model.nowMs + keeps.keysMs,
      state: 'queued',
      inferred: false,
      reason: undefined,
      holder: run.system.holders[one.holder]!.name,
      leaseRuns: !canCrash(one.holder),
      attempt: 0,
      handedOver: false,
      hold: undefined,
      rejectedCredits: 0,
      createdMs: model.nowMs,
      deadlineMs: model.nowMs + deadlineInMs,
      settledMs: undefined,
      delivered: undefined,
      platformId: undefined,
    })
  })
  asked.forEach((one, n) => {
    const result = opened[n]!
    const key = `key ${one.key}`
    const known = one.live ?? made.find((other) => other.user === one.openId && other.key === key)
    expect(known).toBeDefined()
    if (isNew(result)) return expect(made.map(({ id }) => id)).toContain(idOf(result))
    expect([one, result.was]).toEqual([one, known!.text === one.text ? 'replayed' : 'conflict'])
    if (result.was === 'replayed') expect(idOf(result)).toBe(known!.id)
  })
  const keys = made.map(({ user, key }) => `${user} ${key}`)
  expect(new Set(keys).size).toBe(keys.length)
  model.messages.push(...made)
  return made
}

const idOf = (opened: Opened) => (opened as { message: MessageRow }).message.id
