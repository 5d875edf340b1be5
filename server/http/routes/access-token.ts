/** The access_token of an app, shared by its backends (中控服务器, seeds/001). */
import type { AccessTokenReply } from '../../../shared/wire/index.ts'
import { iso } from '../../runtime/world.ts'
import { noToken } from '../../wechat/cloud-token.ts'
import type { AccessToken, TokenProblem } from '../../wechat/token.ts'
import { ProblemError } from '../problems.ts'
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
    requireToken(token)
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
    requireToken(token)
    return {
      status: 200,
      headers: noStore,
      body: { ...tokenReply(token), refreshed: token.refreshed },
    }
  },
)

/** @throws {ProblemError} where 微信云托管 has the token */
function requireToken({ accessToken }: AccessToken): void {
  if (accessToken !== noToken) return
  const detail =
    'This server has no access_token: WECHAT_TOKEN is cloud, and 微信云托管 adds it to the calls ' +
    'of http://api.weixin.qq.com that its containers make. Call WeChat from there without one.'
  throw new ProblemError(404, 'not_found', detail)
}

const tokenReply = ({ accessToken, expiresAtMs }: AccessToken): AccessTokenReply => ({
  accessToken,
  expiresAt: iso(expiresAtMs),
})

const tokenProblem = (problem: TokenProblem) =>
  problem.kind === 'unreachable'
    ? wechatProblem({ result: 'not_sent', cause: problem.cause })
    : wechatProblem({ ...problem, result: 'no_token', call: 'token' })
