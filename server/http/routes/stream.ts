/** What happens in an app, as it happens. */
import { topics, type Topic } from '../../changes/stream-events.ts'
import { streamRules } from '../../rules/streams.ts'
import { second } from '../../rules/time.ts'
import { operatorApp, rateLimited } from '../callers.ts'
import { ProblemError } from '../problems.ts'
import { holderRoute, queryOf } from '../route.ts'
import * as schemas from '../schemas/stream.ts'

const kept = streamRules.leaseMs / second

export const getStream = holderRoute(
  'GET /v1/stream',
  'read',
  {
    summary: 'What happens in an app, as server-sent events that name what to ask for again',
    query: queryOf(schemas.streamQuery),
    headers: {
      'Last-Event-ID': {
        description: 'The `id` of the last event that was read: the stream goes on after it.',
        required: false,
      },
    },
    replies: {
      200: {
        description:
          'Events, each with `id`, `event` (its type) and `data` (JSON with ids, no contents). ' +
          '`reset` says that all may have changed: it is the first event of a new stream, and ' +
          `comes after ${kept} seconds that nobody followed, or more than ` +
          `${streamRules.mostChanges} changes at once. Another process of the same database ` +
          'resumes a stream, too. A comment comes every ' +
          `${streamRules.heartbeatMs / second} seconds.`,
        contentTypes: ['text/event-stream'],
      },
    },
  },
  async ({ query, header, key, trace }, services) => {
    const { appId } = operatorApp(query.appId, key, services)
    trace.appId = appId
    const { sessionEndsAtMs = Infinity } = trace
    const stream = await services.streams.open({
      appId,
      keyId: key.id,
      topics: topicsOf(query.topics),
      after: positionOf(header('Last-Event-ID')),
      isGood: () => services.world.clock.now() < sessionEndsAtMs && services.apiKeys.isGood(key),
    })
    if (stream === 'too_many') throw rateLimited(tooMany, streamRules.retryMs / second)
    return { status: 200, headers, body: stream }
  },
)

const headers = {
  'Content-Type': 'text/event-stream',
  // Nobody between may gather or compress what should arrive at once.
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
}

const tooMany =
  `An API key has at most ${streamRules.perKey} streams open, and a process ` +
  `${streamRules.perProcess}: close those that are not needed.`

function topicsOf(value: string | undefined): Topic[] {
  if (value === undefined || value === '') return []
  return value.split(',').map((word) => {
    const topic = topics.find((one) => one === word.trim())
    if (topic !== undefined) return topic
    const message = `must be some of ${topics.join(', ')}, with commas between them`
    const errors = [{ path: 'query/topics', message }]
    throw new ProblemError(400, 'invalid_query', 'The query has bad fields: see errors.', {
      errors,
    })
  })
}

/** Of a cursor that is none, the stream is a new one. */
const positionOf = (id: string | undefined): number | undefined =>
  id !== undefined && /^\d{1,15}$/.test(id) ? Number(id) : undefined
