/** A minimal wx-reach server: it signs every phone in and recognizes events by their id. */
import type { EventResult, ReachEvent, RightsReply, SceneReply } from '../../../shared/wire/index'
import type { PhoneReply, PhoneRequest } from './network'

export interface FakeReachServer {
  reply(request: Pick<PhoneRequest, 'path' | 'token' | 'body'>): PhoneReply
  /** Events accepted, each once, in the order of their arrival. */
  readonly events: ReachEvent[]
  /**
   * Tokens given; all but the latest are refused. Without a token the reply is 401, as in reality.
   */
  readonly tokens: string[]
  /** Tokens of your own backend, for an app with its own `session`: accepted too. */
  ownTokens: string[]
  /** The result of an event in place of accepting it; `undefined` accepts it. */
  judge: (event: ReachEvent) => Omit<EventResult, 'id'> | undefined
  /** The payloads of codes by scene; all other scenes are unknown. */
  readonly scenes: Record<string, SceneReply>
  /** What the user can receive. Events do not change it: set what your page is to show. */
  rights: RightsReply
  /** Refuses all tokens, your own ones included. */
  forgetTokens(): void
}

const notOurs = {
  status: 404,
  code: 'not_found',
  detail: 'This is the wx-reach server. Name other hosts in createPhone({ hosts: { … } }).',
}

/** @param decrypt - the openGId in encrypted data; `undefined` for what it cannot decrypt */
export function createFakeReachServer(
  ownTokens: string[] = [],
  decrypt: (encryptedData: string) => string | undefined = () => undefined,
): FakeReachServer {
  let current: string | undefined
  const server: FakeReachServer = {
    events: [],
    tokens: [],
    ownTokens,
    scenes: {},
    rights: { template: { uses: 0 }, subscribe: {}, customer: { uses: 0 } },
    judge: () => undefined,
    forgetTokens() {
      current = undefined
      server.ownTokens = []
    },
    reply({ path: full, token, body }) {
      // `baseUrl` may have a path of its own.
      const [path] = /\/v1\/(session$|events$|rights$|scenes\/).*/.exec(full) || []
      if (!path) return { status: 404, body: notOurs }
      if (path === '/v1/session') {
        current = `token-${server.tokens.length + 1}`
        server.tokens.push(current)
        return { status: 201, body: { token: current, expiresAt: '2030-01-01T00:00:00.000Z' } }
      }
      if (!token || (token !== current && !server.ownTokens.includes(token))) {
        return { status: 401, body: { status: 401, code: 'unauthorized' } }
      }
      if (path === '/v1/events') return { status: 200, body: { results: body.events.map(accept) } }
      if (path === '/v1/rights') return { status: 200, body: server.rights }
      const known = server.scenes[decodeURIComponent(path.replace('/v1/scenes/', ''))]
      return known
        ? { status: 200, body: known }
        : { status: 404, body: { status: 404, code: 'not_found' } }
    },
  }
  function accept(event: ReachEvent): EventResult {
    const judged = server.judge(event)
    if (judged) return { id: event.id, ...judged }
    const known = server.events.some(({ id }) => id === event.id)
    if (!known) server.events.push(event)
    const group = event.type === 'share.opened' ? event.group : undefined
    const openGId = group && 'iv' in group ? decrypt(group.encryptedData) : undefined
    const status = known ? 'duplicate' : 'accepted'
    return openGId ? { id: event.id, status, openGId } : { id: event.id, status }
  }
  return server
}
