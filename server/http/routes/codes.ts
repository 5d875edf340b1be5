/** Mini-program codes, and the scenes behind them. */
import type { CodeRequest } from '../../../shared/wire/index.ts'
import { checkCode, checkPayload } from '../../codes/check-code.ts'
import { keyOfCode, looksLikeSceneId } from '../../codes/code-request.ts'
import type { OverBudget } from '../../codes/codes.ts'
import type { CodeResult } from '../../codes/make-code.ts'
import { codeQuotas, lastingWarning } from '../../rules/codes.ts'
import { retryAfterSeconds } from '../../rules/wechat-calls.ts'
import type { ReachApp } from '../../runtime/apps.ts'
import type { AuthorizedReply } from '../../wechat/call.ts'
import { meaningOf, refusalOf } from '../../wechat/errcodes.ts'
import { rateLimited } from '../callers.ts'
import { ProblemError } from '../problems.ts'
import { bodyOf, operatorRoute, phoneRoute, type HttpReply } from '../route.ts'
import * as schemas from '../schemas/codes.ts'
import { wechatProblem } from '../wechat-problems.ts'

export const postCode = operatorRoute(
  'POST /v1/codes',
  'admin',
  {
    summary: 'Get a code that opens a path or a scene. An equal request gets the same image',
    headers: {
      Prefer: { description: '`respond-async`: queue it and reply 202.', required: false },
    },
    audit: 'each',
    body: bodyOf(schemas.codeRequest),
    replies: {
      200: {
        description:
          'The image. `Code-Scene` is the scene under which the payload or the share is stored. ' +
          '`Code-Known: true`: the image was made before, and no code was used up. ' +
          '`Code-Warning`: few codes are left.',
        contentTypes: ['image/jpeg', 'image/png'],
      },
      202: {
        description: 'Queued: repeat the request to get the image.',
        schema: schemas.codeQueuedReply,
      },
    },
  },
  async (request, { codes }) => {
    const { body, app, key } = request
    check(body, app)
    const concerns = { object: keyOfCode(body).toString('hex') }
    if (request.prefersAsync()) {
      const result = await codes.pregenerate(app, body, key.id)
      if (result.was === 'queued') return { ...queued, concerns }
      if (result.was === 'over_budget') throw overBudget(result.leftMs)
    }
    const result = await codes.make(app, body, key.id)
    if (result.was === 'too_many') throw tooManyScenes(result.waitMs)
    if (result.was === 'over_budget') throw overBudget(result.leftMs)
    return { ...codeReply(result), concerns: result.was === 'made' ? concerns : 'nothing' }
  },
)

export const getCodesUsage = operatorRoute(
  'GET /v1/codes/usage',
  'read',
  {
    summary: 'How many codes were made, and the limits',
    replies: {
      200: { description: 'The counts of this server.', schema: schemas.codesUsageReply },
    },
  },
  async ({ app }, { codes }) => ({ status: 200, body: await codes.usage(app.appId) }),
)

export const getScene = phoneRoute(
  'GET /v1/scenes/:id',
  {
    summary: 'What a scanned code carries',
    replies: {
      200: { description: 'The payload and the share of the code.', schema: schemas.sceneReply },
    },
  },
  async ({ params, app }, { store }) => {
    const { id = '' } = params
    const found = looksLikeSceneId(id) ? await store.findScene(app.appId, id) : undefined
    if (!found) {
      const detail = 'Nothing is stored under this scene: the page gets the scene unchanged.'
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

function check(request: CodeRequest, { edition }: ReachApp): void {
  const bad = checkCode(request, edition)
  // Only a payload that is not too deep can be serialised to measure its length.
  const errors = bad.length > 0 ? bad : checkPayload(request)
  if (errors.length === 0) return
  const detail = 'WeChat would refuse this code: see errors.'
  throw new ProblemError(400, 'invalid_body', detail, { errors })
}

const queued: HttpReply = { status: 202, body: { state: 'queued' } }

function codeReply(result: Exclude<CodeResult, OverBudget>): HttpReply {
  if (result.was === 'in_progress') return queued
  if (result.was === 'refused') throw codeProblem(result.reply)
  const { code } = result
  const warning = result.was === 'made' ? lastingWarning(result.lasting) : undefined
  return {
    status: 200,
    body: code.bytes,
    headers: {
      'Content-Type': code.contentType,
      'X-Content-Type-Options': 'nosniff',
      ...(code.scene !== undefined && { 'Code-Scene': code.scene }),
      ...(result.was === 'known' && { 'Code-Known': 'true' }),
      ...(warning !== undefined && { 'Code-Warning': warning }),
    },
  }
}

function codeProblem(reply: AuthorizedReply<unknown>): ProblemError {
  if (reply.result !== 'answered') return wechatProblem(reply, 'code')
  const { meaning, advice } = meaningOf(reply.errcode, 'code')
  const wechat = refusalOf(reply, 'code')
  switch (meaning) {
    case 'code_quota_exhausted':
      return new ProblemError(409, 'code_quota_exhausted', advice, { wechat })
    case 'page_unknown':
      return new ProblemError(422, 'page_unknown', advice, { wechat })
    case 'too_many_codes_this_minute':
    case 'too_frequent':
      return new ProblemError(429, 'rate_limited', advice, {
        wechat,
        retryAfterSeconds: retryAfterSeconds.minute,
      })
    default:
      return wechatProblem(reply, 'code')
  }
}

const tooManyScenes = (waitMs: number): ProblemError =>
  rateLimited(
    `WeChat makes at most ${codeQuotas.perMinute} codes of the kind scene a minute: ` +
      'queue codes with Prefer: respond-async.',
    Math.ceil(waitMs / 1_000),
  )

const overBudget = (leftMs: number): ProblemError =>
  rateLimited(
    'This API key, or all keys of the app, had as many new codes of the kinds path and qrcode ' +
      'made today as REACH_LIMIT_CODES_PER_KEY_DAY allows: use the kind scene.',
    Math.ceil(leftMs / 1_000),
  )
