/** Who did what. */
import { auditPages } from '../../rules/audit.ts'
import { retention } from '../../rules/retention.ts'
import { day } from '../../rules/time.ts'
import type { MessageId } from '../../store/store.ts'
import { ofOwnApp } from '../callers.ts'
import { ProblemError } from '../problems.ts'
import { holderRoute, operatorRoute, queryOf } from '../route.ts'
import * as schemas from '../schemas/audit.ts'

export const getAudit = holderRoute(
  'GET /v1/audit',
  'admin',
  {
    summary: 'What API keys and commands did, and which credentials were refused',
    audit: 'byMinute',
    query: queryOf(schemas.auditQuery),
    replies: {
      200: {
        description:
          `Newest first; entries are kept ${retention.auditMs / day} days. ` +
          'A key that is bound to an app gets those of its app. While there is a `cursor` there ' +
          'are more, although a page may be short: a filter is applied to ' +
          `${auditPages.searched.toLocaleString('en')} entries at a time.`,
        schema: schemas.auditReply,
      },
    },
  },
  async ({ query, key }, { audit, store }) => {
    const { since, until, appId, limit = auditPages.defaultLimit, ...filter } = query
    const ownAppId = ofOwnApp(appId, key)
    await audit.written()
    const found = await store.findAudit({
      ...filter,
      limit,
      ...(ownAppId !== undefined && { appId: ownAppId }),
      ...(since !== undefined && { sinceMs: Date.parse(since) }),
      ...(until !== undefined && { untilMs: Date.parse(until) }),
    })
    return { status: 200, body: found }
  },
)

export const getMessageAudit = operatorRoute(
  'GET /v1/audit/messages/:id',
  'admin',
  {
    summary: 'By which key and request a message was sent',
    audit: 'byMinute',
    replies: {
      200: {
        description: 'From the message itself: the audit has no entry for it.',
        schema: schemas.auditEntry,
      },
    },
  },
  async ({ params, app }, { store }) => {
    const found = await store.findMessageAudit(app.appId, params.id as MessageId)
    if (!found) throw new ProblemError(404, 'not_found', 'This app has no message of that id.')
    return { status: 200, body: found }
  },
)
