/** Operations for which the client of backends has no function: those of the server's own keys. */
import { FixRequestError, type Failure } from 'wx-reach-server/client'
import { request } from './request.ts'

/**
 * @param path below `/v1/`
 * @throws {ReachError} with the server's code and words for every reply that is no success
 */
export async function call<Reply>(method: string, path: string, body?: object): Promise<Reply> {
  const reply = await request(method, path, body)
  if (reply.status === 204) return undefined as Reply
  const json: unknown = await reply.json().catch(() => undefined)
  if (reply.ok) return json as Reply
  const detail = `The server replied ${reply.status}.`
  const problem = (json ?? { code: 'unexpected_reply', detail }) as Omit<Failure, 'status'>
  throw new FixRequestError({ ...problem, status: reply.status })
}
