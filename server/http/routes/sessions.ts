/** Sign-in of a phone, by itself or by a backend, and decryption with the session keys. */
import { sessionRules, userDataDepth, watermarkRule } from '../../rules/sessions.ts'
import { day, minute } from '../../rules/time.ts'
import { depthWithin } from '../../runtime/encoding.ts'
import { iso } from '../../runtime/world.ts'
import type { Granted, SignInRefusal } from '../../sessions/sessions.ts'
import { decryptUserData } from '../../verify/user-data.ts'
import { ProblemError } from '../problems.ts'
import { bodyOf, openRoute, operatorRoute, phoneRoute, type HttpReply } from '../route.ts'
import * as schemas from '../schemas/sessions.ts'
import { wechatProblem } from '../wechat-problems.ts'

const signedIn = `Signed in for ${sessionRules.lastsMs / day} days.`
const created = { 201: { description: signedIn, schema: schemas.sessionReply } }

export const postSession = openRoute(
  'POST /v1/session',
  {
    summary: 'Sign a phone in with the code of wx.login',
    countsAsSignIn: true,
    body: bodyOf(schemas.sessionRequest),
    replies: created,
  },
  async ({ body }, { apps, sessions }) => {
    if (!apps.find(body.appId)) {
      const errors = [{ path: '/appId', message: 'is not an app of this server' }]
      throw new ProblemError(400, 'unknown_app', 'This server does not serve that appId.', {
        errors,
      })
    }
    return sessionReply(withoutErrmsg(await sessions.signIn(body)))
  },
)

export const postOperatorSession = operatorRoute(
  'POST /v1/sessions',
  'session',
  {
    summary: 'Create a session for a phone that signed in at your own backend',
    audit: 'each',
    body: { schemas: schemas.operatorSessionRequests, decode: schemas.decodeOperatorSession() },
    replies: created,
  },
  async ({ body, app }, { sessions }) => {
    const granted =
      'code' in body
        ? await sessions.signIn({ appId: app.appId, code: body.code })
        : await sessions.adopt({ appId: app.appId, ...body })
    return { ...sessionReply(granted), ...(granted.ok && concernsUser(granted.openId)) }
  },
)

export const deleteOwnSession = phoneRoute(
  'DELETE /v1/session',
  {
    summary: 'End the session of this phone',
    replies: { 204: { description: 'The session has ended.' } },
  },
  async ({ session: { appId, tokenHash } }, { sessions }) => {
    await sessions.end({ appId, tokenHash })
    return { status: 204 }
  },
)

export const getSessions = operatorRoute(
  'GET /v1/users/:openId/sessions',
  'read',
  {
    summary: "The sessions of a user's phones, without tokens",
    audit: 'byMinute',
    replies: {
      200: {
        description: 'The latest sign-in first. An unknown user has none.',
        schema: schemas.sessionsReply,
      },
    },
  },
  async ({ params, app }, { store, world }) => {
    const ends = await store.listSessions(app.appId, params.openId!, world.clock.now())
    const sessions = ends.map((endsMs) => ({
      signedInAt: iso(endsMs - sessionRules.lastsMs),
      expiresAt: iso(endsMs),
    }))
    return { status: 200, body: { sessions } }
  },
)

export const deleteSessions = operatorRoute(
  'DELETE /v1/sessions',
  'session',
  {
    summary: 'End all sessions of a user, or the session of one token',
    audit: 'each',
    body: { schemas: schemas.endSessionsRequests, decode: schemas.decodeEndSessions() },
    replies: {
      200: {
        description:
          'Ended; every process refuses the tokens within ten seconds. A phone signs in again by ' +
          'itself. The session keys of the user stay stored.',
        schema: schemas.endSessionsReply,
      },
    },
  },
  async ({ body, app }, { sessions }) => {
    const { openId } = 'token' in body ? ((await sessions.verify(body.token)) ?? {}) : body
    const ended = await sessions.end({ appId: app.appId, ...body })
    return { status: 200, body: { ended }, ...(openId !== undefined && concernsUser(openId)) }
  },
)

const concernsUser = (openId: string) => ({ concerns: { openId } })

/** WeChat's words may say what is for operators alone; a phone gets the code and our own words. */
function withoutErrmsg<Result extends Granted | { ok: false; refusal: SignInRefusal }>(
  result: Result,
) {
  if (result.ok || result.refusal.result !== 'refused') return result
  return { ...result, refusal: { ...result.refusal, errmsg: '' } }
}

function sessionReply(
  granted: Granted | { ok: false; refusal: SignInRefusal | 'bad_session_key' },
): HttpReply {
  if (granted.ok) {
    return { status: 201, body: { token: granted.token, expiresAt: iso(granted.expiresAtMs) } }
  }
  if (granted.refusal !== 'bad_session_key') throw signInProblem(granted.refusal)
  const message = 'must be the session_key as WeChat gave it: 16 bytes in base64'
  const errors = [{ path: '/sessionKey', message }]
  throw new ProblemError(400, 'invalid_body', 'The body has a bad field: see errors.', { errors })
}

const signInProblem = (refusal: SignInRefusal) =>
  wechatProblem(
    refusal.result === 'refused' ? { ...refusal, result: 'answered', body: undefined } : refusal,
    'signIn',
  )

export const postDecrypt = operatorRoute(
  'POST /v1/decrypt',
  'decrypt',
  {
    summary: 'Decrypt user data with the stored session keys of the user',
    audit: 'each',
    body: bodyOf(schemas.decryptRequest),
    replies: {
      200: {
        description: 'The plaintext. Its watermark was checked.',
        schema: schemas.decryptReply,
      },
    },
  },
  async ({ body, app }, { store, sessions, world }) => {
    const { openId, encryptedData, iv } = body
    const { appId } = app
    const user = await store.findUser(appId, openId)
    const sessionKeys = user === undefined ? [] : await sessions.openKeys({ appId, user, openId })
    if (sessionKeys.length === 0) {
      const detail =
        'No session_key of this user is stored: let the phone sign in, or use POST /v1/sessions.'
      throw new ProblemError(422, 'session_key_missing', detail)
    }
    const nowMs = world.clock.now()
    const opened = decryptUserData({ encryptedData, iv, sessionKeys, appId, nowMs })
    if (!opened.ok) throw new ProblemError(422, opened.reason, decryptDetails[opened.reason])
    if (!depthWithin(opened.data, userDataDepth)) {
      throw new ProblemError(422, 'undecryptable', tooDeep)
    }
    return { status: 200, body: opened.data, concerns: { openId } }
  },
)

const tooDeep =
  `The data is nested more than ${userDataDepth} levels deep. WeChat writes none such: the phone ` +
  'altered it.'

const decryptDetails = {
  bad_base64: 'encryptedData or iv is not base64: pass both on exactly as wx gave them.',
  bad_iv: 'iv is not 16 bytes: pass it on exactly as wx gave it.',
  foreign_watermark: 'The data belongs to another appId.',
  too_old:
    `The watermark is over ${watermarkRule.maxAgeMs / day} days old ` +
    `or more than ${watermarkRule.maxAheadMs / minute} minutes ahead.`,
  undecryptable:
    'No stored session_key decrypts the data: a later sign-in has replaced the key. ' +
    'Sign in, then call wx for the data again.',
}
