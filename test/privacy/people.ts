/** Users of whom a server holds every kind of row, each with texts that are searched for later. */
import { expect } from '@jest/globals'
import type { EventsReply, SessionReply } from '../../shared/wire/index.ts'
import type { Retry } from '../crash/client.ts'
import { bodyOf, subscribeTemplate } from '../crash/load.ts'
import { apiKey, apps } from '../crash/server-processes.ts'
import type { Ask } from '../support/server/http-client.ts'
import type { GroupData } from '../support/server/phone.ts'

export interface Person {
  appId: string
  openId: string
  token: string
  /** The server has replied to their erasure. */
  isAcknowledged: boolean
}

/** What the openIds, and the texts of the people, begin with. */
export const marks = { openIds: 'gone-', texts: 'private-words-' } as const

/** Resolves when a message to them is under way, and all that they did is acknowledged. */
export async function createPerson(
  { retry, sandbox }: { retry: Retry; sandbox: Ask },
  n: number,
): Promise<Person> {
  const { appId, edition } = apps[n % apps.length]!
  const number = String(n).padStart(4, '0')
  // As long as the platform's.
  const openId = `${marks.openIds}${number}-of-twenty-eight-in`
  const text = marks.texts + number
  const control = async <Body>(name: string, body: object = {}) =>
    (await sandbox<Body>(`POST /sandbox/${name}`, { body: { appId, openId, ...body } })).body
  await control('users')
  const { code } = await control<{ code: string }>('login-codes')
  const signIn = { body: { appId, code } }
  const { token } = (await retry<SessionReply>('POST /v1/session', signIn)).body

  const submitForm = async () => ({
    type: 'form.submitted',
    formId: (await control<{ formId: string }>('form-ids')).formId,
    page: 'pages/a',
  })
  const group = {
    source: 'shareInfo',
    ...(await control<Omit<GroupData, 'source'>>('share-info', { group: 'family' })),
  }
  const shareId = `share-${number}`
  const events = [
    ...(edition === '2018' ? [await submitForm(), await submitForm()] : []),
    { type: 'share.started', shareId, page: 'pages/a', path: `pages/a?of=${text}`, title: text },
    { type: 'share.finished', shareId, result: 'ok', groups: [group] },
    { type: 'share.opened', shareId, scene: 1044, page: 'pages/a', group },
  ]
  const at = Date.now()
  const posted = await retry<EventsReply>('POST /v1/events', {
    token,
    body: { sentAt: at, events: events.map((event, i) => ({ id: `${text}-${i}`, at, ...event })) },
  })
  expect(posted.body.results.map(({ status }) => status)).toEqual(events.map(() => 'accepted'))

  if (edition === '2018') {
    const { prepayId } = await control<{ prepayId: string }>('prepay-ids')
    const body = { openId, prepayId }
    await retry(`POST /v1/credits/payment?appId=${appId}`, { token: apiKey, body })
  } else {
    await control('subscriptions', { templateId: subscribeTemplate, answer: 'accept' })
  }
  const written = { msgtype: 'text', content: text }
  expect(await control('pushes', written)).toMatchObject({ accepted: true })

  const channel = edition === '2018' ? 'template' : 'subscribe'
  await retry(`POST /v1/messages?appId=${appId}`, {
    token: apiKey,
    headers: { 'Idempotency-Key': text, Prefer: 'respond-async' },
    body: bodyOf({ channel, openId, text }),
  })
  return { appId, openId, token, isAcknowledged: false }
}
