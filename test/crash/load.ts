/** The load: what users, their phones and operators do, each a bounded number of times. */
import { setTimeout as wait } from 'node:timers/promises'
import type { EventsReply, Message, MessageRequest, SessionReply } from '../../shared/wire/index.ts'
import type { Ask } from '../support/server/http-client.ts'
import { template } from '../support/server/samples.ts'
import type { Retry } from './client.ts'
import type { Random } from '../support/random.ts'
import { maybeInjectFault } from './faults.ts'
import { apiKey, apps } from './server-processes.ts'

interface FormEvent {
  id: string
  type: 'form.submitted'
  at: number
  formId: string
  page: string
}

export interface User {
  app: (typeof apps)[number]
  openId: string
  token: string
  /** The events that a server has acknowledged. */
  acknowledged: FormEvent[]
  /**
   * Prepay ids that a server has acknowledged. Each is presented up to three times, so that WeChat
   * does not refuse one which the ledger still has.
   */
  payments: string[]
  /** To the one subscribe message: given on the panel, and acknowledged by a server. */
  consents: { given: number; accepted: number }
  /** To customer service: from the user's message until a server has acknowledged it. */
  questions: Span[]
}

export interface Span {
  fromMs: number
  toMs: number
}

export interface Posted {
  key: string
  openId: string
  channel: MessageRequest['channel']
  /** Unique among all messages. */
  text: string
  /** Under this key, in every answer. */
  ids: Set<string>
  state: Message['state']
  /** Of a message that waits. */
  sendAt?: string
  /** Whether the operator changes their mind while it waits. */
  isCancelled?: boolean
  /** Of WeChat's refusal: the ledger reserved a credit that WeChat does not accept. */
  errcode?: number
  /** From the first request to the answer with the message's end. */
  span: Span
}

export interface Load {
  users: User[]
  posted: Posted[]
  /** Resolves when all was done and every key has its end. */
  done: Promise<void>
  /** Nobody begins anything new. */
  finish(): void
}

interface LoadOptions {
  retry: Retry
  sandbox: Ask
  random: Random
  users: number
  operators: number
  /** At most so many messages in all. */
  messages: number
}

export const subscribeTemplate = 'S1xYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc0'
const templates = { template, subscribe: subscribeTemplate }
const eventsPerBatch = 2
/** A phone may make sixty requests a minute. The checks at the end need some of them. */
const betweenBatchesMs = 1_800
/** How long an operator looks at one message. */
const patienceMs = 1_000

export async function startLoad(options: LoadOptions): Promise<Load> {
  const { retry, sandbox, random, operators, messages } = options
  const control = async <Body>(name: string, body: object) =>
    (await sandbox<Body>(`POST /sandbox/${name}`, { body })).body
  const over = new AbortController()
  const isOver = () => over.signal.aborted
  let made = 0
  const posted: Posted[] = []
  const left: Promise<unknown>[] = []

  async function signIn(n: number): Promise<User> {
    const app = apps[n % apps.length]!
    const { appId } = app
    const openId = `user-${String(n).padStart(4, '0')}`
    await control('users', { appId, openId })
    const { code } = await control<{ code: string }>('login-codes', { appId, openId })
    const body = { appId, code }
    const { token } = (await retry<SessionReply>('POST /v1/session', { body })).body
    const consents = { given: 0, accepted: 0 }
    return { app, openId, token, acknowledged: [], payments: [], consents, questions: [] }
  }

  async function submitForm({ app: { appId }, openId }: User): Promise<FormEvent> {
    const { formId } = await control<{ formId: string }>('form-ids', { appId, openId })
    const id = `event-${String((made += 1)).padStart(8, '0')}`
    return { id, type: 'form.submitted', at: Date.now(), formId, page: 'pages/form/form' }
  }

  async function phone(user: User): Promise<void> {
    await wait(random.below(betweenBatchesMs))
    while (!isOver()) {
      const forms = Array.from({ length: eventsPerBatch }, () => submitForm(user))
      const events = await Promise.all(forms)
      const { body } = await retry<EventsReply>('POST /v1/events', {
        token: user.token,
        body: { sentAt: Date.now(), events },
      })
      const known = body.results.map(
        ({ status }) => status === 'accepted' || status === 'duplicate',
      )
      user.acknowledged.push(...events.filter((_, n) => known[n]))
      await wait(betweenBatchesMs)
    }
  }

  async function buyer(user: User): Promise<void> {
    const { appId } = user.app
    const { openId } = user
    while (!isOver()) {
      await wait(random.between(1_000, 3_000))
      const { prepayId } = await control<{ prepayId: string }>('prepay-ids', { appId, openId })
      const body = { openId, prepayId }
      await retry(`POST /v1/credits/payment?appId=${appId}`, { token: apiKey, body })
      user.payments.push(prepayId)
    }
  }

  async function subscriber({ app: { appId }, openId, consents }: User): Promise<void> {
    while (!isOver()) {
      // Two consents within one second are one push.
      await wait(random.between(1_100, 2_500))
      const said = { appId, openId, templateId: subscribeTemplate, answer: 'accept' }
      consents.given += 1
      const { push } = await control<{ push?: { accepted: boolean } }>('subscriptions', said)
      if (push?.accepted) consents.accepted += 1
    }
  }

  async function customer({ app: { appId }, openId, questions }: User): Promise<void> {
    while (!isOver()) {
      await wait(random.between(3_000, 8_000))
      const msgId = String(10_000_000 + (made += 1))
      const asked = { fromMs: Date.now(), toMs: Infinity }
      questions.push(asked)
      // As WeChat does, and a little longer.
      for (let tried = 0; tried < 20 && !isOver(); tried++) {
        const said = { appId, openId, msgtype: 'text', content: `question ${msgId}`, msgId }
        if ((await control<{ accepted: boolean }>('pushes', said)).accepted) break
        await wait(100)
      }
      asked.toMs = Date.now()
    }
  }

  async function operator(users: User[]): Promise<void> {
    while (!isOver() && posted.length < messages) {
      const { openId, app } = random.pick(users)
      const { appId } = app
      const channel =
        random.below(4) === 0 ? 'customer' : app.edition === '2018' ? 'template' : 'subscribe'
      const key = `order-${(made += 1)}`
      const span = { fromMs: Date.now(), toMs: Infinity }
      const one: Posted = { key, openId, channel, text: key, ids: new Set(), state: 'queued', span }
      if (random.below(4) === 0) {
        one.sendAt = new Date(Date.now() + random.between(100, 4_000)).toISOString()
        one.isCancelled = random.below(3) === 0
      }
      posted.push(one)
      await maybeInjectFault(sandbox, random, { appId, channel })
      // Some callers are impatient and ask twice at once.
      const isHasty = random.below(5) === 0
      const posting = Promise.all(Array.from({ length: isHasty ? 2 : 1 }, () => post(one, appId)))
      left.push(posting)
      // A message of a killed process may take as long as its lease; others wait meanwhile.
      await Promise.race([posting, wait(patienceMs)])
      await wait(random.below(40))
    }
  }

  async function post(one: Posted, appId: string): Promise<void> {
    for (;;) {
      const { body } = await retry<Message>(`POST /v1/messages?appId=${appId}`, {
        token: apiKey,
        headers: { 'Idempotency-Key': one.key },
        body: bodyOf(one),
      })
      one.ids.add(body.id)
      one.state = body.state
      const errcode = body.state === 'refused' ? body.reason?.wechat?.errcode : undefined
      if (errcode !== undefined) one.errcode = errcode
      one.span.toMs = Date.now()
      if (body.state === 'scheduled') await waitOrCancel(one, body.id, appId)
      else if (body.state !== 'queued') return
    }
  }

  async function waitOrCancel(one: Posted, id: string, appId: string): Promise<void> {
    await wait(random.below(400))
    // A little later it may be sent already: then it is too late.
    if (one.isCancelled) await retry(`DELETE /v1/messages/${id}?appId=${appId}`, { token: apiKey })
  }

  const users = await Promise.all(Array.from({ length: options.users }, (_, n) => signIn(n)))
  const all = [
    ...users.flatMap((user) => [
      customer(user),
      ...(user.app.edition === '2018' ? [phone(user), buyer(user)] : [subscriber(user)]),
    ]),
    ...Array.from({ length: operators }, () => operator(users)),
  ]
  const done = Promise.all(all).then(async () => void (await Promise.all(left)))
  // The run awaits it at the end.
  done.catch(() => {})
  return { users, posted, done, finish: () => over.abort() }
}

export function bodyOf({
  channel,
  openId,
  text,
  sendAt,
}: Pick<Posted, 'channel' | 'openId' | 'text' | 'sendAt'>): MessageRequest {
  const to = { openId, ...(sendAt !== undefined && { sendAt }) }
  if (channel === 'customer') return { channel, ...to, msgtype: 'text', text: { content: text } }
  const data = { [channel === 'subscribe' ? 'thing1' : 'keyword1']: { value: text } }
  return { channel, ...to, templateId: templates[channel], data }
}
