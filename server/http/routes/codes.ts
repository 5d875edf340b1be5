/** Codes to print and to show. */
import type { CodeRequest } from '../../../shared/wire/index.ts'
import { checkCode, checkPayload } from '../../codes/check-code.ts'
import { looksLikeSceneId } from '../../codes/code-request.ts'
import type { CodeResult } from '../../codes/make-code.ts'
import { lastingWarning } from '../../rules/codes.ts'
import type { ReachApp } from '../../runtime/apps.ts'
import { meaningOf, refusalOf } from '../../wechat/errcodes/errcodes.ts'
import type { AuthorizedReply } from '../../wechat/reply.ts'
import { tooMany } from '../callers.ts'
import { ProblemError } from '../problems.ts'
import { bodyOf, operatorRoute, phoneRoute } from '../route.ts'
import type { Answer, Call } from '../route.ts'
import * as schemas from '../schemas/codes.ts'
import { wechatProblem } from '../wechat-problems.ts'

export const postCode = operatorRoute(
  'POST /v1/codes',
  'admin',
  {
    summary: 'A code that opens a path or a scene; the same request gives the same image, for ever',
    headers: {
      Prefer: { description: '`respond-async`: make it ahead, and answer 202.', required: false },
    },
    body: bodyOf(schemas.codeRequest),
    replies: {
      200: {
        description:
          'The image. `Code-Scene` is the scene behind which a payload or a share is kept, `Code-Known: true` says that nothing was spent, `Code-Warning` that the codes come to an end.',
        contentTypes: ['image/jpeg', 'image/png'],
      },
      202: {
        description: 'It is being made: ask the same again for the image.',
        schema: schemas.codeQueuedReply,
      },
    },
  },
  async (call, { codes }) => {
    const { body, app } = call
    check(body, app)
    if (asksAsync(call) && (await codes.pregenerate(app, body)) === 'queued') return queued
    const outcome = await codes.make(app, body)
    return outcome.was === 'too_many' ? Promise.reject(noTurn(outcome.waitMs)) : answer(outcome)
  },
)

export const getCodesUsage = operatorRoute(
  'GET /v1/codes/usage',
  'read',
  {
    summary: 'How many codes were made, of how many',
    replies: { 200: { description: 'What this server knows.', schema: schemas.codesUsageReply } },
  },
  async ({ app }, { codes }) => ({ status: 200, body: await codes.usage(app.appId) }),
)

const queued: Answer = { status: 202, body: { state: 'queued' } }

function check(request: CodeRequest, { edition }: ReachApp): void {
  const bad = checkCode(request, edition)
  // How long the payload is can be told only of one that is not too deep to be written.
  const errors = bad.length > 0 ? bad : checkPayload(request)
  if (errors.length === 0) return
  throw new ProblemError(400, 'invalid_body', 'WeChat would not make this code: see errors.', {
    errors,
  })
}

function answer(outcome: CodeResult): Answer {
  if (outcome.was === 'underWay') return queued
  if (outcome.was === 'refused') throw codeProblem(outcome.reply)
  const { code } = outcome
  const warning = outcome.was === 'made' ? lastingWarning(outcome.lasting) : undefined
  return {
    status: 200,
    body: code.bytes,
    headers: {
      'Content-Type': code.contentType,
      'X-Content-Type-Options': 'nosniff',
      ...(code.scene !== undefined && { 'Code-Scene': code.scene }),
      ...(outcome.was === 'known' && { 'Code-Known': 'true' }),
      ...(warning !== undefined && { 'Code-Warning': warning }),
    },
  }
}

const asksAsync = ({ header }: Call) => /\brespond-async\b/i.test(header('Prefer') ?? '')

/** A code that was not made → a problem reply. */

/** The platform counts by the minute, and does not say when its minute began. */
const minuteSeconds = 60

export function codeProblem(reply: AuthorizedReply<unknown>): ProblemError {
  if (reply.result !== 'answered') return wechatProblem(reply, 'code')
  const { advice } = meaningOf(reply.errcode, 'code')
  const wechat = refusalOf(reply, 'code')
  switch (reply.errcode) {
    case 45029:
      return new ProblemError(409, 'code_quota_exhausted', advice, { wechat })
    case 41030:
      return new ProblemError(422, 'page_unknown', advice, { wechat })
    case 45009:
      return new ProblemError(429, 'rate_limited', advice, {
        wechat,
        retryAfterSeconds: minuteSeconds,
      })
    default:
      return wechatProblem(reply, 'code')
  }
}

export const noTurn = (waitMs: number): ProblemError =>
  tooMany(
    'WeChat makes 5,000 codes of the kind scene a minute: make them ahead with Prefer: respond-async.',
    Math.ceil(waitMs / 1_000),
  )

/** What stands behind the scene of a code, for the phone that scanned it. */

export const getScene = phoneRoute(
  'GET /v1/scenes/:id',
  {
    summary: 'The payload of a code that was scanned',
    replies: { 200: { description: 'What the code carries.', schema: schemas.sceneReply } },
  },
  async ({ params, app }, { store }) => {
    const { id = '' } = params
    const found = looksLikeSceneId(id) ? await store.findScene(app.appId, id) : undefined
    if (!found) {
      const detail = 'Nothing is kept behind this scene: it is what the page gets, as it is.'
      throw new ProblemError(404, 'not_found', detail)
    }
    const { payload, shareId } = found
    return {
      status: 200,
      body: {
        payload: payload === undefined ? null : (JSON.parse(payload) as unknown),
        ...(shareId !== undefined && { shareId }),
      },
    }
  },
)
