/**
 * Decrypts the data of `wx.getShareInfo`, `wx.getGroupEnterInfo` and the like: AES-128-CBC under a
 * session_key.
 */
import { createDecipheriv } from 'node:crypto'
import type { GroupReason } from '../../shared/codes.ts'
import { watermarkRule } from '../rules/sessions.ts'
import { decodeBase64, isObject } from '../runtime/encoding.ts'
import { isValue } from './values.ts'

interface UserDataInput {
  encryptedData: string
  iv: string
  /** Newest first: after a sign-in between the phone's call and ours an earlier key decrypts. */
  sessionKeys: readonly Buffer[]
  appId: string
  /** By the platform's clock. */
  nowMs: number
}

interface Watermark {
  appid: string
  /** Seconds since the epoch. */
  timestamp: number
}

type UserData =
  | { ok: true; data: Record<string, unknown>; watermark: Watermark }
  | { ok: false; reason: Exclude<GroupReason, 'bad_group'> }

/**
 * Never throws. CBC authenticates nothing, so a phone can alter its data: the result says for which
 * app it was made and when, not that it is unaltered.
 *
 * - `bad_base64`, `bad_iv`: the request itself is damaged.
 * - `undecryptable`: no key decrypts it, most often after a sign-in in between.
 * - `foreign_watermark`: made for another app, or without a watermark.
 * - `too_old`: older than `watermarkRule.maxAgeMs`, or from the future.
 */
export function decryptUserData(input: UserDataInput): UserData {
  const { encryptedData, iv, sessionKeys, appId, nowMs } = input
  const cipherText = decodeBase64(encryptedData)
  if (!cipherText || /[^A-Za-z0-9+/=]/.test(iv)) return { ok: false, reason: 'bad_base64' }
  const vector = decodeBase64(iv)
  if (vector?.length !== 16) return { ok: false, reason: 'bad_iv' }

  for (const key of sessionKeys) {
    const data = decrypt(cipherText, key, vector)
    if (data) return checkWatermark(data, appId, nowMs)
  }
  return { ok: false, reason: 'undecryptable' }
}

/**
 * The group: `openGId` of getShareInfo, `opengid` of getGroupEnterInfo (platform: share).
 * `undefined`: none, or one that cannot be stored. A phone can make data that decrypts to anything.
 */
export function openGIdOf(data: Record<string, unknown>): string | undefined {
  const id = data.openGId ?? data.opengid
  return isValue('openGId', id) ? id : undefined
}

function decrypt(cipherText: Buffer, key: Buffer, iv: Buffer): Record<string, unknown> | undefined {
  try {
    const decipher = createDecipheriv('aes-128-cbc', key, iv)
    // `final` throws on a wrong PKCS#7 padding. One wrong key in 256 passes, hence the checks
    // below.
    const plain = Buffer.concat([decipher.update(cipherText), decipher.final()])
    // Fatal: a damaged block in a string must not become replacement characters.
    const data: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plain))
    return isObject(data) ? data : undefined
  } catch {
    return undefined
  }
}

function checkWatermark(data: Record<string, unknown>, appId: string, nowMs: number): UserData {
  const { appid, timestamp } = isObject(data.watermark) ? data.watermark : {}
  if (appid !== appId) return { ok: false, reason: 'foreign_watermark' }
  if (typeof timestamp !== 'number') return { ok: false, reason: 'too_old' }
  const ageMs = nowMs - timestamp * 1_000
  const fresh = ageMs <= watermarkRule.maxAgeMs && ageMs >= -watermarkRule.maxAheadMs
  if (!fresh) return { ok: false, reason: 'too_old' }
  return { ok: true, data, watermark: { appid: appId, timestamp } }
}
