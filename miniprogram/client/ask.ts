/** Questions of an entry to the server, as the user who is signed in. */
import { internalsOf } from './internals'
import type { Notice } from './notices'
import type { Reach } from './reach'
import type { ServerReply } from './transport'

/** What `scene` and `rights` reject with. */
export interface AskError extends Error {
  code: Notice
}

export function fail(code: Notice): never {
  const message = `wx-reach: docs/client-notices.md#${code}`
  throw Object.assign(new Error(message), { code }) satisfies AskError
}

/** Signs in before, and once more where the server has forgotten the session. */
export async function ask(reach: Reach, path: string): Promise<ServerReply> {
  const { transport, session, mayCall } = internalsOf(reach)
  // Consent may be taken back while we sign in.
  const send = (bearer: string) =>
    mayCall() ? transport(path, undefined, bearer) : fail('consent_missing')
  if (!mayCall()) fail('consent_missing')
  const token = await session.token()
  const reply = await send(token)
  if (reply.status !== 401) return reply
  session.refuse(token)
  return send(await session.token())
}
