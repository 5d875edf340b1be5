/** Events that a phone captured. */
import { ingestEvents } from '../../events/ingest.ts'
import { phoneRoute } from '../route.ts'
import * as schemas from '../schemas/events.ts'
import { decoder } from '../schemas/schema.ts'

export const postEvents = phoneRoute(
  'POST /v1/events',
  {
    summary: 'Record the events that a phone captured. A bad event does not reject its batch',
    // The envelope only: a bad event gets a result, not a problem reply.
    body: { schemas: [schemas.eventsRequest], decode: decoder(schemas.eventsEnvelope) },
    replies: {
      200: { description: 'One result for each event, in order.', schema: schemas.eventsReply },
    },
  },
  async ({ body, session, app }, { store, sessions, world, longTermTemplates, metrics }) => {
    const deps = {
      store,
      openKeys: sessions.openKeys,
      now: world.clock.now,
      longTerm: (templateIds: readonly string[]) => longTermTemplates(app, templateIds),
    }
    const { sentAt } = body
    const events = body.events.map(schemas.decodeEvent)
    const reply = await ingestEvents(deps, session, app.edition, { sentAt, events })
    metrics?.events(body.events, reply.results)
    return { status: 200, body: reply }
  },
)
