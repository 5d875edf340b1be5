/** Codes to print and to show. */
import type { CodeRequest } from '../../shared/wire.ts'
import type { ReachApp } from '../apps.ts'
import { checkCode } from '../codes/check-code.ts'
import type { CodeOutcome } from '../codes/make-code.ts'
import { checkPayload } from '../codes/payload.ts'
import { lastingWarning } from '../codes/quotas.ts'
import { ProblemError } from '../problem.ts'
import * as schemas from '../schemas/codes.ts'
import { codeProblem, noTurn } from './code-problem.ts'
import { bodyOf, operatorRoute } from './route.ts'
import type { Answer, Call } from './route.ts'

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
        schema: schemas.codeAhead,
      },
    },
  },
  async (call, { codes }) => {
    const { body, app } = call
    check(body, app)
    if (asksAsync(call) && (await codes.makeAhead(app, body)) === 'queued') return queued
    const outcome = await codes.make(app, body)
    return outcome.was === 'too_many' ? Promise.reject(noTurn(outcome.waitMs)) : answer(outcome)
  },
)

export const getCodesUsage = operatorRoute(
  'GET /v1/codes/usage',
  'read',
  {
    summary: 'How many codes were made, of how many',
    replies: { 200: { description: 'What this server knows.', schema: schemas.codesUsage } },
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

function answer(outcome: CodeOutcome): Answer {
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
