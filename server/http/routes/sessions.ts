/** Sign-in: a phone by `wx.login`, or by its own backend. */
import type { OperatorSessionRequest } from '../../../shared/wire/index.ts'
import { iso } from '../../runtime/time.ts'
import type { Granted, SignInRefusal } from '../../sessions/sessions.ts'
import { tooMany } from '../callers.ts'
import { ProblemError } from '../problems.ts'
import { bodyOf, openRoute, operatorRoute } from '../route.ts'
import type { Answer } from '../route.ts'
import { sessionRequest } from '../schemas/events.ts'
import { codeHandover, keyHandover } from '../schemas/operators.ts'
import * as replies from '../schemas/replies.ts'
import { decoder } from '../schemas/schema.ts'
import type { Decode } from '../schemas/schema.ts'
import { wechatProblem } from '../wechat-problems.ts'

const created = { 201: { description: 'Signed in for 30 days.', schema: replies.session } }

export const signIn = openRoute(
  'POST /v1/session',
  {
    summary: 'Sign a phone in with the code of wx.login',
    body: bodyOf(sessionRequest),
    replies: created,
  },
  async ({ body, address }, { apps, sessions, signInLimit }) => {
    const waitSeconds = await signInLimit.take(address())
    if (waitSeconds !== undefined) throw tooMany('This address signs in too often.', waitSeconds)
    if (!apps.find(body.appId)) {
      const errors = [{ path: '/appId', message: 'is not an app of this server' }]
      throw new ProblemError(400, 'unknown_app', 'This server does not serve that appId.', {
        errors,
      })
    }
    return answer(await sessions.signIn(body))
  },
)

export const handOver = operatorRoute(
  'POST /v1/sessions',
  'session',
  {
    summary: 'Make a session for a phone that an app of its own sign-in serves',
    body: { schemas: [codeHandover, keyHandover], decode: decodeHandover() },
    replies: created,
  },
  async ({ body, app }, { sessions }) =>
    answer(
      'code' in body
        ? await sessions.signIn({ appId: app.appId, code: body.code })
        : await sessions.adopt({ appId: app.appId, ...body }),
    ),
)

/** One of two shapes: `code` decides, so that the errors speak of the shape that was meant. */
function decodeHandover(): Decode<OperatorSessionRequest> {
  const decodeCode = decoder(codeHandover)
  const decodeKey = decoder(keyHandover)
  return (value) =>
    typeof value === 'object' && value !== null && 'code' in value
      ? decodeCode(value)
      : decodeKey(value)
}

function answer(
  granted: Granted | { ok: false; refusal: SignInRefusal | 'bad_session_key' },
): Answer {
  if (granted.ok) {
    return { status: 201, body: { token: granted.token, expiresAt: iso(granted.expiresAtMs) } }
  }
  if (granted.refusal !== 'bad_session_key') throw signInProblem(granted.refusal)
  const errors = [
    {
      path: '/sessionKey',
      message: 'must be the session_key as WeChat gave it: 16 bytes in base64',
    },
  ]
  throw new ProblemError(400, 'invalid_body', 'The body has a bad field: see errors.', { errors })
}

const signInProblem = (refusal: SignInRefusal) =>
  wechatProblem(
    refusal.result === 'refused' ? { ...refusal, result: 'answered', body: undefined } : refusal,
    'signIn',
  )
