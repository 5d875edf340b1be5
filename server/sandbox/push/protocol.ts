/**
 * The push protocol (消息推送): the settings of an account, the signed and encrypted request, and the
 * check of the receiver's response.
 */
import Type from 'typebox'
import type { Random } from '../../runtime/world.ts'
import { epochSeconds } from '../rules/time.ts'
import { decrypt, encrypt, sign } from './crypto.ts'
import { pushBody, type PushMessage } from './message.ts'

/** What an account's settings page asks for. */
export interface PushConfig {
  url: string
  token: string
  /** EncodingAESKey, 43 characters. Required by every mode but `plain`. */
  aesKey?: string
  mode: 'plain' | 'compatible' | 'safe'
  format: 'xml' | 'json'
}

/** The same as a schema. */
export const pushConfigFields = {
  url: Type.String({ maxLength: 2_048 }),
  token: Type.String({ minLength: 1, maxLength: 128 }),
  aesKey: Type.Optional(
    Type.String({ description: 'EncodingAESKey. Required by every mode but `plain`.' }),
  ),
  mode: Type.Enum(['plain', 'compatible', 'safe']),
  format: Type.Enum(['xml', 'json']),
}

/** @throws Error that names the wrong field and the reason. */
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

export interface PushRequest {
  url: string
  contentType: string
  body: Buffer
}

interface Sender {
  appId: string
  nowMs: number
  random: Random
}

export function pushRequest(message: PushMessage, config: PushConfig, sender: Sender): PushRequest {
  const { format, mode, aesKey, token } = config
  const { appId, random } = sender
  const write = (written: PushMessage) => pushBody(written, format)
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

/** The address check: a receiver that returns `echostr` unchanged may be pushed to. */
export function addressCheck({ url, token }: PushConfig, sender: Sender) {
  const echostr = String(sender.random(8).readBigUInt64BE())
  return { url: withQuery(url, { ...signature(token, sender), echostr }), echostr }
}

function signature(token: string, { nowMs, random }: Sender) {
  const timestamp = String(epochSeconds(nowMs))
  const nonce = String(random(4).readUInt32BE())
  return { signature: sign(token, timestamp, nonce), timestamp, nonce }
}

/** Keeps the query that the address has already. */
function withQuery(address: string, query: Record<string, string>): string {
  const url = new URL(address)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return url.href
}

/**
 * `reply`: the message in an accepted response, decrypted where it was encrypted; `null`: none.
 * `problem`: why the platform does not accept the response.
 */
export type CheckedResponse = { reply: string | null } | { problem: string }

export function checkResponse(
  status: number,
  body: string,
  { mode, token, aesKey }: PushConfig,
  appId: string,
): CheckedResponse {
  if (status !== 200) return { problem: `the status is ${status}, not 200` }
  const text = body.trim()
  if (text === '' || text === 'success') return { reply: null }
  const field = fieldReader(text)
  if (!field) return { problem: 'the body is neither success nor empty, XML or a JSON object' }
  const encrypted = field('Encrypt')
  if (encrypted === undefined) {
    return mode === 'safe' ? { problem: 'safe mode asks for an encrypted reply' } : { reply: text }
  }
  if (aesKey === undefined) return { problem: 'the reply is encrypted, and there is no aesKey' }
  const [timestamp, nonce] = [field('TimeStamp') ?? '', field('Nonce') ?? '']
  if (field('MsgSignature') !== sign(token, timestamp, nonce, encrypted)) {
    return { problem: 'the MsgSignature of the reply is wrong' }
  }
  try {
    return { reply: decrypt(encrypted, appId, aesKey) }
  } catch (error) {
    return { problem: `the reply cannot be decrypted: ${(error as Error).message}` }
  }
}

type FieldReader = (name: string) => string | undefined

/** `undefined`: the text is neither XML nor a JSON object. */
function fieldReader(text: string): FieldReader | undefined {
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
