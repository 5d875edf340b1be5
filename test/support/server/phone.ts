/** One user: what happens at the platform, and what their phone posts to the server. */
import type { AdvancingClock } from '../../../server/runtime/world.ts'
import type { EventResult, EventsReply, SessionReply } from '../../../shared/wire/index.ts'
import type { Answer, Ask, Asked } from './http-client.ts'

export interface Phone {
  openId: string
  token: string
  /** Signs in again: WeChat replaces the session_key. The earlier token stays good. */
  signIn(): Promise<string>
  /** Posts events at this moment, each with an id of its own unless it has one. */
  postEvents(...events: object[]): Promise<EventResult[]>
  /** Posts the envelope unchanged. */
  post<Body = EventsReply>(envelope: unknown, asked?: Asked): Promise<Answer<Body>>
  /** A form submitted at the platform; the server does not know of it yet. */
  submitForm(): Promise<string>
  /** Submits a form and posts its event: a credit arises. */
  earnForm(): Promise<EventResult[]>
  pay(): Promise<string>
  /** Share data of a group under the current session_key. */
  groupData(group: string): Promise<GroupData>
}

export interface GroupData {
  source: 'shareInfo'
  encryptedData: string
  iv: string
  openGId: string
}

interface Servers {
  ask: Ask
  sandbox: Ask
  clock: AdvancingClock
}

let made = 0
/** An event id that no other has. */
export const newId = () => `event-${(made += 1).toString().padStart(6, '0')}`

export async function createPhone(
  { ask, sandbox, clock }: Servers,
  openId: string,
  appId: string,
): Promise<Phone> {
  const user = { openId, appId }
  const control = async <Body>(name: string, body: object = {}) =>
    (await sandbox<Body>(`POST /sandbox/${name}`, { body: { ...user, ...body } })).body
  const signIn = async () => {
    const { code } = await control<{ code: string }>('login-codes')
    const body = { appId, code }
    return (await ask<SessionReply>('POST /v1/session', { token: null, body })).body.token
  }
  await control('users')
  const token = await signIn()
  const post = <Body>(envelope: unknown, asked: Asked = {}) =>
    ask<Body>('POST /v1/events', { token, body: envelope, ...asked })

  const postEvents = async (...events: object[]) => {
    const at = clock.now()
    const filled = events.map((event) => ({ id: newId(), at, ...event }))
    return (await post<EventsReply>({ sentAt: at, events: filled })).body.results
  }
  const submitForm = async () => (await control<{ formId: string }>('form-ids')).formId

  return {
    openId,
    token,
    signIn,
    post,
    postEvents,
    submitForm,
    earnForm: async () =>
      postEvents({ type: 'form.submitted', formId: await submitForm(), page: 'pages/a' }),
    pay: async () => (await control<{ prepayId: string }>('prepay-ids')).prepayId,
    async groupData(group) {
      const data = await control<Omit<GroupData, 'source'>>('share-info', { group })
      return { source: 'shareInfo', ...data }
    },
  }
}
