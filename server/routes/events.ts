/** What the phone captured. */
import { ingestEvents } from '../events/ingest.ts'
import { eventSchemas, eventsEnvelope } from '../schemas/events.ts'
import * as replies from '../schemas/replies.ts'
import { bodyOf, phoneRoute } from './route.ts'

const body = bodyOf(eventsEnvelope)

export const postEvents = phoneRoute(
  'POST /v1/events',
  {
    summary: 'Record what a phone captured; one bad event never spoils its batch',
    body: { ...body, schemas: [eventsEnvelope, ...Object.values(eventSchemas)] },
    replies: { 200: { description: 'One result an event, in order.', schema: replies.events } },
  },
  async ({ body, session, app }, { store, sessions, world }) => {
    const deps = { store, openKeys: sessions.openKeys, now: world.clock.now }
    return { status: 200, body: await ingestEvents(deps, session, app.edition, body) }
  },
)
