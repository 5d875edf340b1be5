/**
 * The phone of a user: it signs in at the server and sends events, as the library `wx-reach` in the
 * mini-program does. It has no API key and no cookie.
 */
import { apiBase } from '../api/request.ts'
import { app } from '../api/session.ts'
import type {
  EventsReply,
  EventsRequest,
  ReachEvent,
  SceneReply,
  SessionReply,
} from '../../../../shared/wire/index.ts'
import { sandbox, SandboxError } from './sandbox.ts'

type Without<Event> = Event extends unknown ? Omit<Event, 'id' | 'at'> : never
export type PhoneEvent = Without<ReachEvent>

export interface Phone {
  readonly openId: string
  /** @returns the openGId of a group that the server decrypted */
  send(event: PhoneEvent): Promise<string | undefined>
  /** `undefined`: the server made no such code. */
  scene(scene: string): Promise<SceneReply | undefined>
  /** The share that the present visit came from. */
  parent: string | undefined
  /** Signs in where it is not: the platform gives groups to signed-in phones alone. */
  ready(): Promise<void>
}

const newId = () => crypto.randomUUID()

export function createPhone(openId: string): Phone {
  let token: Promise<string> | undefined

  async function request(path: string, bearer: string | undefined, body?: object) {
    return fetch(new URL(`v1/${path}`, apiBase()), {
      method: body ? 'POST' : 'GET',
      credentials: 'omit',
      headers: {
        ...(bearer !== undefined && { Authorization: `Bearer ${bearer}` }),
        ...(body && { 'Content-Type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
  }

  async function signIn(): Promise<string> {
    await sandbox.addUser(openId)
    const { code } = await sandbox.loginCode(openId)
    const reply = await request('session', undefined, { appId: app.value?.appId, code })
    if (!reply.ok) throw new SandboxError(`POST /v1/session: HTTP ${reply.status}`)
    return ((await reply.json()) as SessionReply).token
  }

  async function signedIn(): Promise<string> {
    token ??= signIn()
    token.catch(() => (token = undefined))
    return token
  }

  /** A session that ended is replaced once. */
  async function call(path: string, body?: () => object): Promise<Response> {
    const reply = await request(path, await signedIn(), body?.())
    if (reply.status !== 401) return reply
    token = undefined
    return request(path, await signedIn(), body?.())
  }

  return {
    openId,
    parent: undefined,
    async ready() {
      await signedIn()
    },
    async send(event) {
      const [id, at] = [newId(), Date.now()]
      const body = (): EventsRequest => ({
        sentAt: Date.now(),
        events: [{ ...event, id, at } as ReachEvent],
      })
      const reply = await call('events', body)
      if (!reply.ok) throw new SandboxError(`POST /v1/events: HTTP ${reply.status}`)
      const { results } = (await reply.json()) as EventsReply
      const [result] = results
      if (result?.status === 'rejected') throw new SandboxError(`event: ${result.reason}`)
      return result?.openGId
    },
    async scene(scene) {
      const reply = await call(`scenes/${encodeURIComponent(scene)}`)
      return reply.ok ? ((await reply.json()) as SceneReply) : undefined
    },
  }
}
