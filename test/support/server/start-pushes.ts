/** A server to which the sandbox pushes, and what its users do there. */
import type { CreditsReply, Message } from '../../../shared/wire/index.ts'
import { app, startReach, type ReachOptions, type StartedReach } from './start-reach.ts'

export const pushToken = 'push-token-of-the-app'
export const pushAesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'

export type PushMode = 'plain' | 'compatible' | 'safe'

interface Pushed {
  accepted: boolean
  status: number | null
  attempts: number
  reply: string | null
  problem?: string
}

export interface WithPushes extends StartedReach {
  /** The user writes to customer service, or does what raises an event. */
  push(act: object): Promise<Pushed>
  control<Body = unknown>(name: string, body: object): Promise<Body>
  credits(openId?: string): Promise<CreditsReply>
  send(body: object, key?: string): Promise<{ status: number; body: Message }>
}

export const user = 'alice-0001'

export async function startPushes(
  options: ReachOptions & {
    mode?: PushMode
    format?: 'xml' | 'json'
    forwardPushes?: string
  } = {},
): Promise<WithPushes> {
  const { mode = 'safe', format = 'xml', forwardPushes, ...rest } = options
  const aes = mode === 'plain' ? {} : { aesKey: pushAesKey }
  const pushed = {
    pushToken,
    pushMode: mode,
    ...(aes.aesKey && { pushAesKey }),
    ...(forwardPushes !== undefined && { forwardPushes }),
  }
  const server = await startReach({ ...rest, apps: [{ ...app, ...pushed }] })
  const control = async <Body>(name: string, body: object) =>
    (await server.sandbox<Body>(`POST /sandbox/${name}`, { body })).body
  const url = `${server.url}/v1/push/${app.appId}`
  const checked = await control<{ verified: boolean }>('push-config', {
    appId: app.appId,
    url,
    token: pushToken,
    ...aes,
    mode,
    format,
  })
  if (!checked.verified) throw new Error('The address was not verified.')
  await control('users', { openId: user })
  let keys = 0
  return {
    ...server,
    control,
    push: (act) => control<Pushed>('pushes', { openId: user, ...act }),
    credits: async (openId = user) =>
      (await server.ask<CreditsReply>(`GET /v1/users/${openId}/credits`)).body,
    send: (body, key = `key-${(keys += 1)}`) =>
      server.ask<Message>('POST /v1/messages', {
        body: { openId: user, ...body },
        headers: { 'Idempotency-Key': key },
      }),
  }
}
