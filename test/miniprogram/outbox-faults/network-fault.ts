/** Faults between a phone and its server, and of the server itself. */
import * as fc from 'fast-check'
import type { NetworkReply, PhoneReply, PhoneRequest } from '../../support/phone'

/** `before`: the server never gets the request. `after`: it applies it, but the reply is lost. */
export type Fault =
  | { kind: 'lost'; when: 'before' | 'after'; how: 'fail' | 'hang' | 'late' }
  | { kind: 'reply'; when: 'before' | 'after'; reply: PhoneReply }
  | { kind: 'half'; applied: 'half' | 'all' }
  /** A result for each event that is not final: `retry`, or an unknown status. */
  | { kind: 'undecided'; status: string | null; reason: string }
  | { kind: 'tooLarge'; most: number }
  | { kind: 'signedOut' }

const html = '<html>Welcome to the airport</html>'
const problem = (status: number, code: string) => ({ status, title: code, detail: code, code })
const rubbish = [
  undefined,
  null,
  '',
  html,
  7,
  [],
  {},
  { ok: true },
  { results: 'all' },
  { results: [] },
  { results: [null, 1, { id: null, status: 'accepted' }] },
  { results: [{ id: 'somebodyelse', status: 'accepted' }] },
  { token: 7 },
]

const when = fc.constantFrom('before' as const, 'after' as const)
const body = fc.constantFrom(...rubbish, problem(503, 'store_unavailable'))
const retryAfter = fc.constantFrom('0', '-5', '7', '99999999', 'Wed, 21 Oct 2026 07:28:00 GMT')

export const anyFault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({
    kind: fc.constant('lost' as const),
    when,
    how: fc.constantFrom('fail' as const, 'hang' as const, 'late' as const),
  }),
  fc.record({
    kind: fc.constant('reply' as const),
    when,
    reply: fc.record({ status: fc.constantFrom(200, 201, 204, 302), body }),
  }),
  fc.record({
    kind: fc.constant('reply' as const),
    when,
    reply: fc.record({
      status: fc.constantFrom(400, 403, 404, 413, 421, 500, 502, 503, 504),
      body,
    }),
  }),
  fc.record({
    kind: fc.constant('reply' as const),
    when: fc.constant('before' as const),
    reply: fc.record({
      status: fc.constantFrom(429, 503),
      body,
      header: retryAfter.map((seconds) => ({ 'Retry-After': seconds })),
    }),
  }),
  fc.record({
    kind: fc.constant('half' as const),
    applied: fc.constantFrom('half' as const, 'all' as const),
  }),
  fc.record({
    kind: fc.constant('undecided' as const),
    status: fc.constantFrom('retry', 'retry', 'fine', null),
    reason: fc.constantFrom('rate_limited', 'session_stale', 'store_unavailable'),
  }),
  fc.record({ kind: fc.constant('tooLarge' as const), most: fc.integer({ min: 1, max: 8 }) }),
  fc.constant({ kind: 'signedOut' as const }),
)

export interface FaultyServer {
  reply(request: PhoneRequest): PhoneReply
  forgetTokens(): void
  after(ms: number, task: () => void): void
}

const idsOf = (request: PhoneRequest): string[] =>
  ((request.body.events || []) as { id: string }[]).map(({ id }) => id)

/** The reply that the phone gets in place of the server's. */
export function applyFault(
  fault: Fault,
  request: PhoneRequest,
  server: FaultyServer,
): NetworkReply | Promise<NetworkReply> {
  if (fault.kind === 'signedOut') {
    server.forgetTokens()
    return server.reply(request)
  }
  if (fault.kind === 'lost' || fault.kind === 'reply') {
    const reply = fault.when === 'after' ? server.reply(request) : undefined
    if (fault.kind === 'reply') return fault.reply
    if (fault.how !== 'late') return fault.how
    return new Promise((resolve) => server.after(60_000, () => resolve(reply || 'fail')))
  }
  // A sign-in cannot be applied by half.
  if (!request.body.events) return server.reply(request)
  if (fault.kind === 'tooLarge') {
    const fits = request.body.events.length <= fault.most
    return fits ? server.reply(request) : { status: 413, body: problem(413, 'body_too_large') }
  }
  if (fault.kind === 'undecided') {
    const { status, reason } = fault
    const results = idsOf(request).map((id) => ({ id, status, reason }))
    return { status: 200, body: { results } }
  }
  const { events } = request.body
  const half = Math.ceil(events.length / 2)
  const taken = fault.applied === 'all' ? events : events.slice(0, half)
  const reply = server.reply({ ...request, body: { ...request.body, events: taken } })
  const { results } = (reply.body || {}) as { results?: unknown[] }
  return results ? { ...reply, body: { results: results.slice(0, half) } } : reply
}
