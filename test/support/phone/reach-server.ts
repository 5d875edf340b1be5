/** A wx-reach server small enough to think about: it signs everybody in and knows events by their id. */
import type { PhoneReply, PhoneRequest } from './network'
import type { EventResult, ReachEvent } from '../../../shared/wire'

export interface FakeReachServer {
  answer(request: PhoneRequest): PhoneReply
  /** Events taken, each once, in the order they came. */
  readonly events: ReachEvent[]
  /** Tokens given; all but the latest are refused. */
  readonly tokens: string[]
  /** What to say of an event instead of taking it. */
  judge: (event: ReachEvent) => Omit<EventResult, 'id'> | undefined
  /** No token is known any more. */
  forgetTokens(): void
}

export function createFakeReachServer(): FakeReachServer {
  let known: string | undefined
  const server: FakeReachServer = {
    events: [],
    tokens: [],
    judge: () => undefined,
    forgetTokens() {
      known = undefined
    },
    answer({ path, token, body }) {
      if (path === '/v1/session') {
        known = `token-${server.tokens.length + 1}`
        server.tokens.push(known)
        return { status: 201, body: { token: known, expiresAt: '2030-01-01T00:00:00.000Z' } }
      }
      if (token !== known && token !== 'own-token') {
        return { status: 401, body: { status: 401, code: 'unauthorized' } }
      }
      return { status: 200, body: { results: body.events.map(take) } }
    },
  }
  function take(event: ReachEvent): EventResult {
    const judged = server.judge(event)
    if (judged) return { id: event.id, ...judged }
    if (server.events.some(({ id }) => id === event.id))
      return { id: event.id, status: 'duplicate' }
    server.events.push(event)
    const group = event.type === 'share.opened' ? event.group : undefined
    const openGId = group && 'iv' in group ? { openGId: `G-${group.encryptedData}` } : {}
    return { id: event.id, status: 'accepted', ...openGId }
  }
  return server
}
