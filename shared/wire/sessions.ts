/** Sign-in, and user data that a session_key decrypts. */

/** `POST /v1/session`: a phone signs in. */
export interface SessionRequest {
  appId: string
  /** From `wx.login`. */
  code: string
  wechatVersion?: string
  sdkVersion?: string
}

/** `POST /v1/sessions`: a backend signs a phone in. */
export type OperatorSessionRequest = SessionByCodeRequest | SessionByKeyRequest

export interface SessionByCodeRequest {
  code: string
}

export interface SessionByKeyRequest {
  openId: string
  /** As WeChat gave it: 16 bytes in base64. */
  sessionKey: string
}

export interface SessionReply {
  token: string
  expiresAt: string
}

/** `GET /v1/users/:openId/sessions` */
export interface SessionsReply {
  /** The latest sign-in first, without tokens. */
  sessions: { signedInAt: string; expiresAt: string }[]
}

/** `DELETE /v1/sessions`: all sessions of a user, or one. */
export type EndSessionsRequest = SessionsOfUserRequest | SessionOfTokenRequest

export interface SessionsOfUserRequest {
  openId: string
}

export interface SessionOfTokenRequest {
  token: string
}

export interface EndSessionsReply {
  /** How many sessions were ended. 0: there was none. */
  ended: number
}

/** `POST /v1/decrypt` */
export interface DecryptRequest {
  openId: string
  encryptedData: string
  iv: string
}

/** The plaintext as WeChat made it; its `watermark` was checked. */
export type DecryptReply = Record<string, unknown>
