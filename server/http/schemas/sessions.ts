import Type from 'typebox'
import type * as wire from '../../../shared/wire/index.ts'
import { maxDecryptData, phoneTexts } from '../../rules/requests.ts'
import { isObject } from '../../runtime/encoding.ts'
import {
  appId,
  base64,
  count,
  decoder,
  like,
  openId,
  strict,
  text,
  time,
  type Decode,
} from './schema.ts'

/** Unknown fields are ignored: phones in the field run older and newer clients than the server. */
export const sessionRequest = like<wire.SessionRequest>()(
  Type.Object({
    appId,
    code: text(phoneTexts.loginCode),
    wechatVersion: Type.Optional(text(phoneTexts.version, 0)),
    sdkVersion: Type.Optional(text(phoneTexts.version, 0)),
  }),
)

export const sessionReply = like<wire.SessionReply>()(
  Type.Object({ token: Type.String(), expiresAt: time }),
)

export const sessionsReply = like<wire.SessionsReply>()(
  Type.Object({ sessions: Type.Array(Type.Object({ signedInAt: time, expiresAt: time })) }),
)

const sessionByCodeRequest = like<wire.SessionByCodeRequest>()(
  Type.Object({ code: text(phoneTexts.loginCode) }, strict),
)

const sessionByKeyRequest = like<wire.SessionByKeyRequest>()(
  Type.Object({ openId, sessionKey: base64(phoneTexts.key) }, strict),
)

export const operatorSessionRequests = [sessionByCodeRequest, sessionByKeyRequest]

/** `code` selects the shape, so that errors refer to the shape that was meant. */
export function decodeOperatorSession(): Decode<wire.OperatorSessionRequest> {
  const decodeCode = decoder(sessionByCodeRequest)
  const decodeKey = decoder(sessionByKeyRequest)
  return (value) => (isObject(value) && 'code' in value ? decodeCode(value) : decodeKey(value))
}

const sessionsOfUserRequest = like<wire.SessionsOfUserRequest>()(Type.Object({ openId }, strict))

const sessionOfTokenRequest = like<wire.SessionOfTokenRequest>()(
  Type.Object({ token: text(phoneTexts.sessionToken) }, strict),
)

export const endSessionsRequests = [sessionsOfUserRequest, sessionOfTokenRequest]

/** As `decodeOperatorSession`: `token` selects the shape. */
export function decodeEndSessions(): Decode<wire.EndSessionsRequest> {
  const decodeUser = decoder(sessionsOfUserRequest)
  const decodeToken = decoder(sessionOfTokenRequest)
  return (value) => (isObject(value) && 'token' in value ? decodeToken(value) : decodeUser(value))
}

export const endSessionsReply = like<wire.EndSessionsReply>()(Type.Object({ ended: count }))

export const decryptRequest = like<wire.DecryptRequest>()(
  Type.Object(
    { openId, encryptedData: base64(maxDecryptData), iv: base64(phoneTexts.key) },
    strict,
  ),
)

export const decryptReply = like<wire.DecryptReply>()(Type.Record(Type.String(), Type.Unknown()))
