/** What is kept of a user. */
import { erasureRules, exportRules } from '../../rules/privacy.ts'
import { second } from '../../rules/time.ts'
import { ProblemError } from '../problems.ts'
import { operatorRoute } from '../route.ts'
import * as schemas from '../schemas/users.ts'

export const getUserExport = operatorRoute(
  'GET /v1/users/:openId/export',
  'privacy',
  {
    summary: 'All that is kept of a user',
    audit: 'each',
    replies: {
      200: {
        description:
          'One document, without tokens, session keys and openIds of others. An unknown user has ' +
          `no rows. Of each part ${exportRules.maxRows.toLocaleString('en')} rows at most: ` +
          '`truncated` names the parts that have more.',
        schema: schemas.exportReply,
      },
    },
  },
  async ({ params, app }, { userExport, audit }) => {
    await audit.written()
    const body = await userExport.of({ appId: app.appId, openId: params.openId! })
    if (body) return { status: 200, body }
    const detail = 'The user was erased during the export: nothing is left to export.'
    throw new ProblemError(404, 'not_found', detail)
  },
)

export const deleteUser = operatorRoute(
  'DELETE /v1/users/:openId',
  'privacy',
  {
    summary: 'Erase a user',
    audit: 'each',
    replies: {
      200: {
        description:
          'Erased, at once: no read shows the person, and nothing is sent to them. The reply ' +
          `waits ${erasureRules.callsEndWithinMs / second} seconds at most for calls to WeChat ` +
          'that are under way. Sums stay without the person.',
        schema: schemas.erasedReply,
      },
    },
  },
  async ({ params, app }, { erasure }) => {
    const done = await erasure.erase({ appId: app.appId, openId: params.openId! })
    return { status: 200, body: { erased: done !== undefined, callsUnderWay: 0, ...done } }
  },
)
