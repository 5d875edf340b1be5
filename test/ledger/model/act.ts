/** Performs one step on the ledger and on its model. */
import { expect } from '@jest/globals'
import { ingestEvents } from '../../../server/events/ingest.ts'
import { decodeEvent } from '../../../server/http/schemas/events.ts'
import { reasonOf } from '../../../server/ledger/outcomes.ts'
import { newCredit, newWindow } from '../../../server/ledger/record.ts'
import type { EventStore, PushRecord } from '../../../server/store/store.ts'
import { answerCalls, settleLateReply } from './answering.ts'
import { signIn, users, type Run } from './run.ts'
import { cancel } from './cancelling.ts'
import { deliver } from './messages.ts'
import { sweep } from './model.ts'
import { send } from './sending.ts'
import { resume } from './resuming.ts'
import { periods, lifetimeOf } from './rules.ts'
import type { PushStep, Step, PostedEvent } from './step.ts'

/** Few, so that histories reach the limit. */
const liveForms = 4

/** @returns whether the step had anything to do */
export async function act(step: Step, run: Run): Promise<boolean> {
  const { system, model } = run
  switch (step.do) {
    case 'postEvents':
      await postEvents(run, users[step.user]!, step.events, step.longTerm)
      return true
    case 'pay':
      await pay(run, users[step.user]!, `p${step.ref}`)
      return true
    case 'signIn':
      await signIn(run, users[step.user]!, step.tooOld)
      model.credits.setTooOld(users[step.user]!, step.tooOld)
      return true
    case 'push':
      await push(run, users[step.user]!, step)
      return true
    case 'send':
      return send(run, step)
    case 'answer':
      return answerCalls(run, step)
    case 'late':
      return settleLateReply(run, step)
    case 'cancel':
      return cancel(run, step)
    case 'resume':
      return resume(run, step)
    case 'crash':
      for (const call of run.pending.keys()) {
        if (call.holder === system.holders[step.holder]!.name) run.pending.delete(call)
      }
      run.awaited = run.awaited.filter(({ holder }) => holder !== system.holders[step.holder]!.name)
      system.crash(step.holder)
      return true
    case 'clock':
      run.setClock(system.nowMs + step.ms)
      return true
    case 'sweep':
      run.setClock(system.nowMs + step.afterMs)
      await system.store.sweep({ nowMs: system.nowMs })
      sweep(model)
      return true
    case 'resumeChannel':
      await system.store.resumeChannel(system.appId, step.channel)
      model.suspensions.resume(step.channel)
      return true
    default:
      return step satisfies never
  }
}

async function postEvents(
  run: Run,
  user: string,
  events: PostedEvent[],
  longTerm: boolean,
): Promise<void> {
  const { system, model } = run
  const { nowMs, edition } = model
  const sentAt = 4_000_000_000
  const posted = events.map((event) => ({ ...event, atMs: run.momentAt(nowMs - event.agoMs) }))
  const isShort: EventStore = {
    ingest: (batch) =>
      system.store.ingest({ ...batch, events: batch.events.map(withFewLiveForms) }),
  }
  const { results } = await ingestEvents(
    {
      store: isShort,
      openKeys: async () => [],
      now: () => nowMs,
      longTerm: async () => () => longTerm,
    },
    { appId: system.appId, openId: user, user: run.numbers[user]!, expiresAtMs: Infinity },
    edition,
    {
      sentAt,
      events: posted.map((one, n) => decodeEvent(bodyOf(one, sentAt - (nowMs - one.atMs)), n)),
    },
  )
  const expected = posted.map(({ id, kind, ref, atMs }) => {
    const [name, at] = [`${user} ${id}`, { atMs, edition, unlimited: longTerm }]
    if (kind !== 'subscription' && lifetimeOf(kind, atMs).endsMs <= nowMs) return 'rejected'
    if (model.events.has(name)) return 'duplicate'
    model.events.set(name, nowMs)
    if (kind !== 'subscription') {
      return model.credits.record(user, kind, refOf(kind, ref), { atMs, edition })
    }
    const templateId = refOf(kind, ref)
    const isOwn = model.consents.record({ user, templateId, atMs, from: 'phone' })
    if (isOwn) model.credits.record(user, kind, templateId, at)
    return 'accepted'
  })
  expect(results.map(({ status }) => status)).toEqual(expected)
  if (posted.some(({ kind }, n) => kind === 'form' && expected[n] === 'accepted')) {
    model.credits.keepLatest(user, liveForms, nowMs)
  }
}

type DecodedEvent = Parameters<EventStore['ingest']>[0]['events'][number]

function withFewLiveForms(event: DecodedEvent): DecodedEvent {
  if (event.record.type !== 'credits') return event
  const credits = event.record.credits.map((credit) =>
    credit.kind === 'form' ? { ...credit, keepLive: liveForms } : credit,
  )
  return { ...event, record: { ...event.record, credits } }
}

const refOf = (kind: PostedEvent['kind'], ref: number) =>
  ({ form: `f${ref}`, payment: `p${ref}`, subscription: `T${ref % 2}` })[kind]

function bodyOf({ id, kind, ref }: PostedEvent, at: number): object {
  const base = { id: `event-${String(id).padStart(4, '0')}`, at }
  const named = refOf(kind, ref)
  if (kind === 'form') return { ...base, type: 'form.submitted', formId: named, page: 'a' }
  if (kind === 'payment') return { ...base, type: 'payment.made', prepayId: named }
  return { ...base, type: 'subscription.answered', answers: { [named]: 'accept' } }
}

/** Records a payment, as a backend does. */
async function pay({ system, model, momentAt }: Run, openId: string, ref: string): Promise<void> {
  const { nowMs, edition } = model
  const atMs = momentAt(nowMs)
  const { appId } = system
  const credit = newCredit('payment', ref, atMs, edition)
  const result = await system.store.recordCredit({ appId, openId, nowMs, credit })
  expect(result).toBe(model.credits.record(openId, 'payment', ref, { atMs, edition }))
}

async function push(run: Run, openId: string, step: PushStep): Promise<void> {
  const { system, model } = run
  const { nowMs } = model
  const at = { appId: system.appId, openId, nowMs, atMs: run.momentAt(nowMs - step.agoMs) }
  const { record, happen } = pushed(run, openId, step, at.atMs)
  const dedupeKey = `push ${step.key}`
  const known = (model.pushes.get(dedupeKey) ?? -Infinity) > nowMs - periods.pushesMs
  expect(await system.store.recordPush({ ...at, type: record.type, dedupeKey, record })).toBe(
    known ? 'duplicate' : 'accepted',
  )
  if (known) return
  model.pushes.set(dedupeKey, nowMs)
  happen()
}

/** The record for the store, and its effect on the model. */
function pushed(
  { model }: Run,
  user: string,
  step: PushStep,
  atMs: number,
): { record: PushRecord; happen(): void } {
  const { credits, consents, windows, edition, nowMs } = model
  switch (step.push) {
    case 'entered':
    case 'wrote': {
      const window = newWindow(step.push, atMs, edition)
      const happen = () => windows.open(user, step.push, { atMs, nowMs, edition })
      return { record: { type: 'window', window }, happen }
    }
    case 'consent': {
      const templateId = `T${step.template}`
      const credit = newCredit('subscription', templateId, atMs, edition)
      const consent = step.longTerm ? { ...credit, uses: null } : credit
      const happen = () => {
        if (!consents.record({ user, templateId, atMs, from: 'push' })) return
        const unlimited = step.longTerm
        credits.record(user, 'subscription', templateId, { atMs, edition, unlimited })
      }
      return { record: { type: 'consents', credits: [consent] }, happen }
    }
    case 'revoked': {
      const templateId = `T${step.template}`
      const happen = () => {
        consents.reject({ user, templateId, atMs })
        credits.revoke(user, templateId)
      }
      return { record: { type: 'revoked', templateIds: [templateId] }, happen }
    }
    case 'delivery': {
      const sent = model.messages.filter((one) => one.user === user && one.scope.templateId)
      const about = sent.at(-1 - (step.message % Math.max(sent.length, 1)))
      const delivery = {
        templateId: about?.scope.templateId ?? 'T0',
        ...(step.named && about?.platformId && { platformId: about.platformId }),
      }
      const reason = reasonOf({ errcode: 40003, errmsg: 'invalid openid' })
      const reported = { ...delivery, ...(!step.arrived && { reason }) }
      const happen = () => deliver(model, { user, ...delivery, arrived: step.arrived, atMs })
      return { record: { type: 'deliveries', deliveries: [reported] }, happen }
    }
    default:
      return step satisfies never
  }
}
