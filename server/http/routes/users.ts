/** What is kept of a user. */
import { erasureRules } from '../../rules/privacy.ts'
import { second } from '../../rules/time.ts'
import { operatorRoute } from '../route.ts'
import * as schemas from '../schemas/users.ts'

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
