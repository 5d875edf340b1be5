/** The HTTP request of one push: signed, and encrypted as the configuration says. */
import type { Random } from '../../runtime/world.ts'
import type { PushConfig } from './config.ts'
import { encrypt, sign } from './crypto.ts'
import { toJson, toXml, type PushMessage } from './message.ts'

export interface PushRequest {
  url: string
  contentType: string
  body: string
}

export interface Sender {
  appId: string
  nowMs: number
  random: Random
}

export function pushRequest(message: PushMessage, config: PushConfig, sender: Sender): PushRequest {
  const { format, mode, aesKey, token } = config
  const { appId, random } = sender
  const write = format === 'xml' ? toXml : toJson
  const signed = signature(token, sender)
  const query = { ...signed, openid: String(message.fields['FromUserName']) }
  const contentType = format === 'xml' ? 'text/xml' : 'application/json'
  if (mode === 'plain' || aesKey === undefined) {
    return { url: withQuery(config.url, query), contentType, body: write(message) }
  }
  const Encrypt = encrypt(write(message), appId, aesKey, random)
  const { ToUserName = '' } = message.fields
  const body =
    mode === 'safe'
      ? write({ fields: { ToUserName, Encrypt } })
      : write({ ...message, fields: { ...message.fields, Encrypt } })
  const msg_signature = sign(token, signed.timestamp, signed.nonce, Encrypt)
  const url = withQuery(config.url, { ...query, encrypt_type: 'aes', msg_signature })
  return { url, contentType, body }
}

/** The address check: who answers `echostr` as it is may be pushed to. */
export function addressCheck({ url, token }: PushConfig, sender: Sender) {
  const echostr = String(sender.random(8).readBigUInt64BE())
  return { url: withQuery(url, { ...signature(token, sender), echostr }), echostr }
}

function signature(token: string, { nowMs, random }: Sender) {
  const timestamp = String(Math.floor(nowMs / 1_000))
  const nonce = String(random(4).readUInt32BE())
  return { signature: sign(token, timestamp, nonce), timestamp, nonce }
}

/** What the address carries already stays. */
function withQuery(address: string, query: Record<string, string>): string {
  const url = new URL(address)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return url.href
}
