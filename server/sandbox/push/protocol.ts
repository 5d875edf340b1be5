import type { Random } from '../../runtime/world.ts'
import { encrypt, sign, decrypt } from './crypto.ts'
import { toJson, toXml, type PushMessage } from './message.ts'

/** Where and how the platform pushes: what an account's settings page asks for (消息推送). */
export interface PushConfig {
  url: string
  token: string
  /** EncodingAESKey, 43 characters. Asked for by every mode but `plain`. */
  aesKey?: string
  mode: 'plain' | 'compatible' | 'safe'
  format: 'xml' | 'json'
}

/** @throws Error that says which field is wrong, and why. */
export function checkPushConfig(config: PushConfig, anywhere: boolean): PushConfig {
  const { url, aesKey, mode } = config
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new Error('url must be an http or https address')
  }
  if (!anywhere && !isLoopback(new URL(url).hostname)) {
    throw new Error('url must be on this machine: a sandbox posts to localhost only')
  }
  if (aesKey !== undefined && !/^[0-9A-Za-z]{43}$/.test(aesKey)) {
    throw new Error('aesKey must be 43 letters and digits')
  }
  if (mode !== 'plain' && aesKey === undefined) throw new Error(`mode ${mode} needs an aesKey`)
  return config
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)
}

/** The HTTP request of one push: signed, and encrypted as the configuration says. */

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

/** What a receiver's answer to a push says, and whether the platform is content with it. */

/** `reply`: the message within, decrypted where it was encrypted; `null`: none. */
export type ReadReply = { reply: string | null } | { problem: string }

export function readReply(
  status: number,
  body: string,
  { mode, token, aesKey }: PushConfig,
  appId: string,
): ReadReply {
  if (status !== 200) return { problem: `the status is ${status}, not 200` }
  const text = body.trim()
  if (text === '' || text === 'success') return { reply: null }
  const read = readFields(text)
  if (!read) return { problem: 'the body is neither success nor empty, XML or a JSON object' }
  const encrypted = read('Encrypt')
  if (encrypted === undefined) {
    return mode === 'safe' ? { problem: 'safe mode asks for an encrypted reply' } : { reply: text }
  }
  if (aesKey === undefined) return { problem: 'the reply is encrypted, and there is no aesKey' }
  const [timestamp, nonce] = [read('TimeStamp') ?? '', read('Nonce') ?? '']
  if (read('MsgSignature') !== sign(token, timestamp, nonce, encrypted)) {
    return { problem: 'the MsgSignature of the reply is wrong' }
  }
  try {
    return { reply: decrypt(encrypted, appId, aesKey) }
  } catch (error) {
    return { problem: `the reply cannot be decrypted: ${(error as Error).message}` }
  }
}

type Read = (name: string) => string | undefined

function readFields(text: string): Read | undefined {
  if (/^<xml[\s>][\s\S]*<\/xml>$/.test(text)) {
    return (name) => {
      const pattern = `<${name}>(?:<!\\[CDATA\\[([\\s\\S]*?)\\]\\]>|([^<]*))</${name}>`
      const [, data, plain] = new RegExp(pattern).exec(text) ?? []
      return data ?? plain
    }
  }
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined
    const fields = new Map<string, unknown>(Object.entries(parsed))
    return (name) => (fields.has(name) ? String(fields.get(name)) : undefined)
  } catch {
    return undefined
  }
}
