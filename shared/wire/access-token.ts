/** The access_token of an app, shared by its backends (中控服务器). */

/** `GET /v1/access-token`, `POST /v1/access-token/refresh` */
export interface AccessTokenReply {
  accessToken: string
  expiresAt: string
}

export interface RefreshTokenRequest {
  /** The token that WeChat refused. */
  rejected: string
}

export interface RefreshTokenReply extends AccessTokenReply {
  /** False: `rejected` is not the current token, or a refresh happened within the last minute. */
  refreshed: boolean
}
