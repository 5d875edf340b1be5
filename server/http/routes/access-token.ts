/** The access_token of an app, shared by its backends (中控服务器, seeds/001). */
import type { AccessTokenReply } from '../../../shared/wire/index.ts'
import { iso } from '../../runtime/world.ts'
import type { AccessToken, TokenProblem } from '../../wechat/token.ts'
import { bodyOf, operatorRoute } from '../route.ts'
import * as schemas from '../schemas/access-token.ts'
import { wechatProblem } from '../wechat-problems.ts'

const noStore = { 'Cache-Control': 'no-store' }

export const getAccessToken = operatorRoute(
  'GET /v1/access-token',
  'token',
  {
    summary: 'The current access_token',
    audit: 'byMinute',
    replies: {
      200: { description: 'The token. Request it for each use.', schema: schemas.accessTokenReply },
    },
  },
  async ({ app }, { wechat }) => {
    const token = await wechat(app.appId).tokens.current()
    if (!token.ok) throw tokenProblem(token.problem)
    return { status: 200, headers: noStore, body: tokenReply(token) }
  },
)

export const postTokenRefresh = operatorRoute(
  'POST /v1/access-token/refresh',
  'token',
  {
    summary: 'Replace a token that WeChat refused, if it is still the current token',
    audit: 'byMinute',
    body: bodyOf(schemas.refreshTokenRequest),
    replies: { 200: { description: 'The current token.', schema: schemas.refreshTokenReply } },
  },
  async ({ body, app }, { wechat }) => {
    const token = await wechat(app.appId).tokens.refresh(body.rejected)
    if (!token.ok) throw tokenProblem(token.problem)
    return {
      status: 200,
      headers: noStore,
      body: { ...tokenReply(token), refreshed: token.refreshed },
    }
  },
)

const tokenReply = ({ accessToken, expiresAtMs }: AccessToken): AccessTokenReply => ({
  accessToken,
  expiresAt: iso(expiresAtMs),
})

const tokenProblem = (problem: TokenProblem) =>
  problem.kind === 'unreachable'
    ? wechatProblem({ result: 'not_sent', cause: problem.cause })
    : wechatProblem({ ...problem, result: 'no_token', call: 'token' })
