/** Concurrent sends: each key creates one message, and the other sends of it are replays. */
import { expect } from '@jest/globals'
import type { SendResult } from '../../../server/ledger/send.ts'
import type { MessageRow } from '../../../server/store/store.ts'
import type { MessageRequest } from '../../../shared/wire/index.ts'
import { admit } from './admit.ts'
import type { CreditScope } from './credits.ts'
import { users, type Run } from './run.ts'
import { settle } from './messages.ts'
import type { ModelMessage, ModelState } from './state.ts'
import { periods, spentIn } from './rules.ts'
import { begin, reconcile, observe } from './presenting.ts'
import { canCrash, type Send, type Step } from './step.ts'

/** A holder resumes at most 32 at once. */
const mostOpen = 24
const isOpen = ({ state }: ModelMessage) =>
  state === 'scheduled' || state === 'queued' || state === 'sending'

interface PlannedSend extends Send {
  openId: string
  text: string
  sendAtMs: number | undefined
  scope: CreditScope
  live: ModelMessage | undefined
}

export async function send(
  run: Run,
  { sends, replyLost }: Extract<Step, { do: 'send' }>,
): Promise<boolean> {
  const { system, model } = run
  if (model.messages.filter(isOpen).length >= mostOpen) return false
  const planned = sends.map((one) => plan(run, replyLost ? { ...one, holder: 2 } : one))
  const before = begin(run)
  if (replyLost) system.holders[2]!.loseReplyOf('openMessage')
  const app = system.apps.all[0]!
  const results = await Promise.allSettled(
    planned.map((one) => {
      const { sendAtMs, deadlineInMs } = one
      const deadlineMs = deadlineInMs === undefined ? undefined : beginsMs(run, one) + deadlineInMs
      const { ledger } = system.holders[one.holder]!
      return ledger.send(app, requestOf(one), `key ${one.key}`, { sendAtMs, deadlineMs })
    }),
  )
  await system.idle()
  expect(results.map(({ status }) => status)).toEqual(
    planned.map(() => (replyLost ? 'rejected' : 'fulfilled')),
  )
  const opened = replyLost
    ? [system.opened!]
    : results.map((result) => (result as PromiseFulfilledResult<SendResult>).value)
  const made = newMessages(run, planned, opened)
  const wanting = made.filter((message) => !waits(model, message))
  const presented = admit(model, wanting, await observe(run, wanting))
  reconcile(run, before, replyLost ? [] : presented)
  return true
}

const beginsMs = ({ model }: Run, { sendAtMs }: Pick<PlannedSend, 'sendAtMs'>) =>
  Math.max(model.nowMs, sendAtMs ?? 0)

/** Whether a new message waits for its time. What could not be sent then either is refused now. */
function waits(state: ModelState, message: ModelMessage): boolean {
  const { sendAtMs, deadlineMs, scope } = message
  if (sendAtMs === undefined || deadlineMs <= state.nowMs) return false
  if (!spentIn(scope.channel, state.edition)) {
    const reason = scope.channel === 'template' ? 'retired' : 'not_in_edition'
    settle(state, message, { state: 'refused', reason })
  } else message.state = 'scheduled'
  return true
}

function plan(run: Run, one: Send): PlannedSend {
  const openId = users[one.user]!
  const templateId = `T${one.template}`
  const scope: CreditScope =
    one.channel === 'subscribe' ? { channel: 'subscribe', templateId } : { channel: one.channel }
  const live = run.model.messages.find(
    ({ user, key, keyEndsMs }) =>
      user === openId && key === `key ${one.key}` && keyEndsMs > run.model.nowMs,
  )
  const moment = live?.text.split(', ')[1] ?? `${run.model.nowMs} ${run.model.messages.length}`
  const { nowMs } = run.model
  const sendAtMs = live ? live.askedForMs : one.sendInMs && nowMs + one.sendInMs
  const at = sendAtMs ?? 'once'
  const text = `${one.key} of ${openId} by ${one.channel} ${one.template} at ${at}, ${moment}`
  return { ...one, openId, scope, live, text, sendAtMs }
}

function requestOf({ channel, openId, template, text, sendAtMs }: PlannedSend): MessageRequest {
  const to = { openId, ...(sendAtMs !== undefined && { sendAt: new Date(sendAtMs).toISOString() }) }
  if (channel === 'customer') return { channel, ...to, msgtype: 'text', text: { content: text } }
  return { channel, ...to, templateId: `T${template}`, data: { thing1: { value: text } } }
}

type Opened = { was: 'conflict' } | { was: string; message: MessageRow }

/** Adds one message for each new key. The other sends are replays or conflicts. */
function newMessages(run: Run, planned: PlannedSend[], opened: Opened[]): ModelMessage[] {
  const { model } = run
  const made: ModelMessage[] = []
  const isNew = ({ was }: Opened) => was !== 'conflict' && was !== 'replayed'
  planned.forEach((one, n) => {
    if (one.live || !isNew(opened[n]!)) return
    const { message } = opened[n] as { message: MessageRow }
    const { text, scope, openId: user, sendAtMs, deadlineInMs = periods.deadlineMs } = one
    const atMs = beginsMs(run, one)
    made.push({
      user,
      scope,
      text,
      id: message.id,
      key: `key ${one.key}`,
      keyEndsMs: atMs + periods.keysMs,
      state: 'queued',
      inferred: false,
      reason: undefined,
      holder: run.system.holders[one.holder]!.name,
      leaseRuns: !canCrash(one.holder),
      attempt: 0,
      takenOver: false,
      reservation: undefined,
      rejectedCredits: 0,
      createdMs: model.nowMs,
      askedForMs: sendAtMs,
      sendAtMs: atMs > model.nowMs ? atMs : undefined,
      deadlineMs: atMs + deadlineInMs,
      settledMs: undefined,
      delivered: undefined,
      platformId: undefined,
    })
  })
  planned.forEach((one, n) => {
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
