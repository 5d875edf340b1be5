/** Customer service: conversations with users, and the users who can be replied to now. */
import type { ConversationEntry, PushContent } from '../../../shared/wire/index.ts'
import { creditsReply } from '../../ledger/record.ts'
import { contentOf, messageReply } from '../../ledger/send.ts'
import { listPages } from '../../rules/requests.ts'
import { iso } from '../../runtime/world.ts'
import type { ConversationRow } from '../../store/store.ts'
import { mayReadContent } from '../callers.ts'
import { operatorRoute, queryOf } from '../route.ts'
import * as schemas from '../schemas/conversations.ts'
import { partial } from '../schemas/schema.ts'

export const getConversation = operatorRoute(
  'GET /v1/users/:openId/conversation',
  'read',
  {
    summary: 'What a user wrote to customer service, and what was replied',
    audit: 'each',
    query: queryOf(schemas.conversationQuery),
    replies: {
      200: {
        description:
          'Newest first. For keys with the scope `send` or `privacy` with the contents, while ' +
          'they are kept. An unknown user has none.',
        schema: schemas.conversationReply,
      },
    },
  },
  async ({ params, query, app, key }, { store, world }) => {
    const openId = params.openId!
    const nowMs = world.clock.now()
    const page = { limit: listPages.defaultLimit, ...query, nowMs }
    const [found, credits, suspensions] = await Promise.all([
      store.findConversation(app.appId, openId, page),
      store.findCredits(app.appId, openId, nowMs),
      store.findSuspensions(app.appId),
    ])
    const { entries, ...next } = found
    const { canReceive } = creditsReply(credits, { edition: app.edition, suspensions, nowMs })
    const toEntry = entryFor(mayReadContent(key))
    return {
      status: 200,
      body: { canReceive: canReceive.customer, entries: entries.map(toEntry), ...next },
      concerns: { openId },
    }
  },
)

const entryFor =
  (withContent: boolean) =>
  (row: ConversationRow): ConversationEntry => {
    if (row.by === 'user') {
      const { receivedAtMs, content } = row
      const entry = { by: 'user', at: iso(receivedAtMs), type: typeOf(content) } as const
      return { ...entry, ...(withContent && { content }) }
    }
    const { message } = row
    const content = withContent ? contentOf(message) : undefined
    const entry = {
      by: 'app',
      at: iso(message.createdAtMs),
      message: messageReply(message),
    } as const
    return { ...entry, ...(content && { content }) }
  }

/** As `ReceivedPush` has it. */
const typeOf = ({ MsgType, Event }: PushContent) => String(MsgType === 'event' ? Event : MsgType)

export const getCustomerWindows = operatorRoute(
  'GET /v1/customer-windows',
  'read',
  {
    summary: 'Users whose window of customer service is open',
    audit: 'byMinute',
    query: queryOf(schemas.customerWindowsQuery),
    replies: {
      200: {
        description: `The user who wrote or did something last comes first. ${partial}`,
        schema: schemas.customerWindowsReply,
      },
    },
  },
  async ({ query, app }, { store, world }) => {
    const page = { limit: listPages.defaultLimit, ...query, nowMs: world.clock.now() }
    return { status: 200, body: await store.findWindows(app.appId, page) }
  },
)
