/** Messages that are sent later: which credits they may find then, and cancelling. */
import type { FieldError, Message, MessageRequest } from '../../../shared/wire/index.ts'
import { lastCreditUntilMs } from '../../ledger/last-credit.ts'
import { messageReply } from '../../ledger/send.ts'
import type { ReachApp } from '../../runtime/apps.ts'
import { iso } from '../../runtime/world.ts'
import type { MessageId, MessageRow } from '../../store/store.ts'
import { ProblemError } from '../problems.ts'
import { operatorRoute } from '../route.ts'
import * as schemas from '../schemas/messages.ts'
import type { Services } from '../services.ts'

export const deleteMessage = operatorRoute(
  'DELETE /v1/messages/:id',
  'send',
  {
    summary: 'Cancel a message that waits to be sent',
    audit: 'each',
    replies: {
      200: {
        description: 'It is cancelled, by this call or an earlier one, and is never sent.',
        schema: schemas.message,
      },
    },
  },
  async ({ params, app }, { ledger }) => {
    const row = await ledger.cancel(app, params.id as MessageId)
    if (!row) throw new ProblemError(404, 'not_found', 'This app has no message of that id.')
    const { state } = messageReply(row)
    if (state !== 'cancelled') {
      const detail =
        state === 'queued'
          ? 'The message is being sent now, so that it cannot be cancelled: ' +
            'GET /v1/messages/:id tells its outcome.'
          : `The message waits no more: it is ${state}.`
      throw new ProblemError(409, 'message_not_waiting', detail)
    }
    return { status: 200, body: messageReply(row), concerns: { object: row.id } }
  },
)

/** What the reply adds where the credits of now do not last until the message is sent. */
export async function creditWarning(
  { store, world }: Pick<Services, 'store' | 'world'>,
  app: ReachApp,
  request: MessageRequest,
  { sendAtMs }: MessageRow,
): Promise<{ creditUntil?: Message['creditUntil']; warnings: FieldError[] }> {
  const credits = await store.findCredits(app.appId, request.openId, world.clock.now())
  const untilMs = lastCreditUntilMs(credits, app, request)
  if (untilMs === undefined || (untilMs !== null && untilMs >= sendAtMs!)) return { warnings: [] }
  const held = untilMs === null ? 'the user holds no credit now' : 'the last credit ends before'
  const message = `${held}: the message is refused then, unless the user gives another one`
  const creditUntil = untilMs === null ? null : iso(untilMs)
  return { creditUntil, warnings: [{ path: '/sendAt', message }] }
}
