/** Verifies what comes to the push address and decodes it. */
import { pushLimits } from '../../rules/pushes.ts'
import { readBody, type Body } from './body.ts'
import { decodeAesKey, decryptMessage, isSigned, stampOf } from './cipher.ts'
import type { Query, Stamp } from './cipher.ts'
import { decodePush, type Push } from './push.ts'

export interface OpenPushInput {
  /** The body as received. */
  raw: Buffer
  query: Query
  settings: PushSettings
  /** By the platform's clock. */
  nowMs: number
}

/** How one app agreed with the platform that pushes arrive (开发管理 → 消息推送). */
export interface PushSettings {
  appId: string
  /** Signs every push. While it is empty every push is refused: anybody could sign with it. */
  token: string
  /** EncodingAESKey: 43 characters. Needed by the modes `compatible` and `safe`. */
  aesKey?: string
  /** The key before a rotation: opens pushes that the platform encrypted before it. */
  previousAesKey?: string
  /**
   * Comes from the settings alone, never from the request: a forger would call a push plain.
   *
   * - `plain`: the signature covers no byte of the body, so whoever saw one push can write others
   *   for an hour.
   * - `compatible`: the body carries the message twice; only the encrypted part is used.
   * - `safe`: encrypted.
   */
  mode: 'plain' | 'compatible' | 'safe'
}

/**
 * For the log only. The sender learns no reason, because each would help the next forgery.
 *
 * - `no_token`, `no_key`: WECHAT_PUSH_TOKEN or WECHAT_PUSH_AES_KEY is missing in our settings.
 * - `bad_query`: timestamp or nonce is missing or repeated.
 * - `bad_signature`: forged, altered, or signed with another token.
 * - `stale`: signed over an hour ago, or over an hour ahead. `too_large`: over 64 KB.
 * - `not_encrypted`, `encrypted`: the mode set here differs from the one set at the platform.
 * - `undecryptable`: signed correctly, but none of our keys decrypts it.
 * - `foreign_app`: meant for another app.
 * - `malformed`: neither the platform's XML nor its JSON, or a required field is missing.
 */
export type PushRefusal =
  | 'no_token'
  | 'no_key'
  | 'bad_query'
  | 'bad_signature'
  | 'stale'
  | 'too_large'
  | 'not_encrypted'
  | 'encrypted'
  | 'undecryptable'
  | 'foreign_app'
  | 'malformed'

type OpenedPush =
  | { ok: true; push: Push }
  /** `isSigned`: the platform wrote it within the hour, and it lacks what a push must have. */
  | { ok: false; reason: PushRefusal; isSigned?: true }

/**
 * Verifies and decodes one push. Never throws. Promises that the platform wrote it for this app
 * within the hour. Does not promise that it is the first delivery (see `dedupeKey`) nor, in mode
 * `plain`, that the body is unaltered.
 */
export function openPush({ raw, query, settings, nowMs }: OpenPushInput): OpenedPush {
  if (settings.token === '') return refused('no_token')
  if (raw.length > pushLimits.bodyBytes) return refused('too_large')
  const stamp = stampOf(query)
  if (!stamp) return refused('bad_query')

  const body =
    settings.mode === 'plain'
      ? openPlain(raw, query, stamp, settings.token)
      : openEncrypted(raw, query, stamp, settings)
  if (typeof body === 'string') return refused(body)
  // After the signature, so that `stale` is logged only for pushes that the platform signed.
  const skewMs = Math.abs(nowMs - Number(stamp.timestamp) * 1_000)
  if (!(skewMs <= pushLimits.maxSkewMs)) return refused('stale')
  const push = decodePush(body)
  return push ? { ok: true, push } : { ...refused('malformed'), isSigned: true }
}

function openPlain(raw: Buffer, query: Query, stamp: Stamp, token: string): Body | PushRefusal {
  if (!isSigned(query.signature, token, stamp)) return 'bad_signature'
  const body = readBody(raw)
  if (!body) return 'malformed'
  const onlyEncrypted = body.fields.Encrypt !== undefined && body.fields.MsgType === undefined
  return onlyEncrypted ? 'encrypted' : body
}

/**
 * Ignores `signature`: it covers no byte of the body, so a replayed one would carry any message.
 */
function openEncrypted(
  raw: Buffer,
  query: Query,
  stamp: Stamp,
  settings: PushSettings,
): Body | PushRefusal {
  const keys = [settings.aesKey, settings.previousAesKey]
    .map((text) => decodeAesKey(text ?? ''))
    .filter((key) => key !== undefined)
  if (keys.length === 0) return 'no_key'
  const envelope = readBody(raw)
  if (!envelope) return 'malformed'
  const encrypted = envelope.fields.Encrypt
  if (typeof encrypted !== 'string') return 'not_encrypted'
  if (!isSigned(query.msg_signature, settings.token, stamp, encrypted)) return 'bad_signature'

  const opened = keys
    .map((key) => decryptMessage(encrypted, key))
    .filter((one) => one !== undefined)
  if (opened.length === 0) return 'undecryptable'
  const ours = opened.find(({ appId }) => appId === settings.appId)
  return ours ? (readBody(ours.message) ?? 'malformed') : 'foreign_app'
}

function refused(reason: PushRefusal): { ok: false; reason: PushRefusal } {
  return { ok: false, reason }
}

/**
 * The platform's GET when an address is entered there: the `echostr` to reply with, byte for byte,
 * or `undefined`. Reply it as `text/plain`: it is the caller's own text. Never throws. Accepts any
 * age, because the reply discloses nothing.
 */
export function checkAddress(input: { token: string; query: Query }): string | undefined {
  const { token, query } = input
  const { signature, echostr } = query
  const stamp = stampOf(query)
  if (!stamp || !isSigned(signature, token, stamp)) return undefined
  return typeof echostr === 'string' && echostr !== '' ? echostr : undefined
}
