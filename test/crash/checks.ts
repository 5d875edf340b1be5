/** Checks, after a run, that nothing acknowledged was lost and that nothing happened twice. */
import { expect } from '@jest/globals'
import { allowance } from '../../server/store/operations/customer-windows.ts'
import { creditId } from '../../server/store/rows.ts'
import type { HistoryEntry, Store } from '../../server/store/store.ts'
import type { EventsReply } from '../../shared/wire/index.ts'
import { expectSums } from '../store/sums.ts'
import type { Ask } from '../support/server/http-client.ts'
import type { Retry } from './client.ts'
import { subscribeTemplate, type Load, type Posted, type Span, type User } from './load.ts'

const batch = 100
const usesOfPayment = 3
const usesOfWindow = 5

/** Posts all events again, as a phone does that received no acknowledgement. */
export async function repeatEvents(retry: Retry, { acknowledged, token }: User): Promise<void> {
  for (let from = 0; from < acknowledged.length; from += batch) {
    const events = acknowledged.slice(from, from + batch)
    const { body } = await retry<EventsReply>('POST /v1/events', {
      token,
      body: { sentAt: Date.now(), events },
    })
    expect(body.results.map(({ status }) => status)).toEqual(events.map(() => 'duplicate'))
  }
}

interface InboxMessage {
  kind: Posted['channel']
  body: { data?: Record<string, { value: string }>; text?: { content: string } }
}

const textOf = ({ body }: InboxMessage) =>
  (body.data?.keyword1 ?? body.data?.thing1)?.value ?? body.text!.content

/** @returns how many messages arrived */
export async function checkInbox(sandbox: Ask, user: User, posted: Posted[]): Promise<number> {
  const own = posted.filter(({ openId }) => openId === user.openId)
  const { body } = await sandbox<{ messages: InboxMessage[] }>(
    `GET /sandbox/inbox/${user.openId}?appId=${user.app.appId}`,
  )
  const arrived = body.messages.map(textOf)
  expect(new Set(arrived).size).toBe(arrived.length)
  const may = own.filter(({ state }) => state === 'sent' || state === 'unknown')
  const must = own.filter(({ state }) => state === 'sent')
  expect(may.map(({ text }) => text)).toEqual(expect.arrayContaining(arrived))
  expect(arrived).toEqual(expect.arrayContaining(must.map(({ text }) => text)))
  const of = (channel: Posted['channel']) =>
    body.messages.filter(({ kind }) => kind === channel).length
  const most = user.acknowledged.length + usesOfPayment * user.payments.length
  expect(of('template')).toBeLessThanOrEqual(most)
  expect(of('subscribe')).toBeLessThanOrEqual(user.consents.given)
  checkRefusals(user, own)
  return arrived.length
}

const limitReached = 45047

/**
 * WeChat refuses nothing, since the ledger knows all credits. Customer service is the exception:
 * a message that is sent while the user writes again counts to the old window in the ledger, and
 * perhaps to the new one at WeChat, which then has one use less.
 */
function checkRefusals({ questions }: User, own: Posted[]): void {
  const answers = own.filter(({ channel }) => channel === 'customer')
  const concurrent = answers.filter(({ span }) => questions.some((asked) => meet(asked, span)))
  const refused = own.filter(({ errcode }) => errcode !== undefined)
  const contradicted = answers.filter(({ errcode }) => errcode === limitReached)
  expect(refused.filter((one) => !contradicted.includes(one))).toEqual([])
  expect(contradicted.length).toBeLessThanOrEqual(concurrent.length)
}

const meet = (one: Span, other: Span) => one.fromMs <= other.toMs && other.fromMs <= one.toMs

/** Each key made one message, and that one is final. */
export function checkKeys(posted: Posted[]): void {
  const open = posted.filter(
    ({ state, ids }) => state === 'queued' || state === 'scheduled' || ids.size !== 1,
  )
  expect(open).toEqual([])
  expect(new Set(posted.flatMap(({ ids }) => [...ids])).size).toBe(posted.length)
}

/** The history explains every row, and every spent use. */
export async function checkLedger(store: Store, { users, posted }: Load): Promise<void> {
  const spent: HistoryEntry[] = []
  for (const { app, openId, acknowledged, payments, consents } of users) {
    await expectSums(store, app.appId, openId)
    const history = await store.findHistory(app.appId, openId)
    const recorded = history.filter(({ change }) => change === 'recorded')
    const credits = recorded.map(({ credit }) => credit)
    const acknowledgedIds = [
      ...acknowledged.map(({ formId }) => creditId('form', formId)),
      ...payments.map((prepayId) => creditId('payment', prepayId)),
    ]
    for (const id of acknowledgedIds)
      expect(credits.filter((credit) => credit === id)).toHaveLength(1)
    const subscribed = creditId('subscription', subscribeTemplate)
    const consented = credits.filter((credit) => credit === subscribed).length
    expect(consented).toBeGreaterThanOrEqual(consents.accepted)
    expect(consented).toBeLessThanOrEqual(consents.given)
    const begun = history.filter(
      ({ credit, change }) =>
        credit === allowance && (change === 'recorded' || change === 'renewed'),
    )
    const answers = history.filter(
      ({ credit, change }) => credit === allowance && change === 'spent',
    )
    expect(answers.length).toBeLessThanOrEqual(usesOfWindow * begun.length)
    spent.push(...history.filter(({ change }) => change === 'spent'))
  }
  const used = posted.filter(({ state }) => state === 'sent' || state === 'unknown')
  const messages = spent.map(({ message }) => message)
  expect(new Set(messages).size).toBe(messages.length)
  // What a customer's window held when a younger one began went with it.
  const forms = used.filter(({ channel }) => channel !== 'customer')
  const ids = used.flatMap((one) => [...one.ids])
  expect(ids).toEqual(expect.arrayContaining(messages))
  expect(messages).toEqual(expect.arrayContaining(forms.flatMap((one) => [...one.ids])))
}
