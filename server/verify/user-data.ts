/** Opens what `wx.getShareInfo`, `wx.getGroupEnterInfo` and the like give: AES-128-CBC under a session_key. */
import { createDecipheriv } from 'node:crypto'
import type { GroupReason } from '../../shared/codes.ts'
import { decodeBase64 } from '../crypto/base64.ts'
import { watermarkRule } from '../rules/limits.ts'
import { isObject } from '../runtime/json.ts'

export interface UserDataInput {
  encryptedData: string
  iv: string
  /** Newest first: a sign-in between the phone's call and ours leaves the data under an earlier key. */
  sessionKeys: readonly Buffer[]
  appId: string
  /** By the platform's clock. */
  nowMs: number
}

export interface Watermark {
  appid: string
  /** Seconds since the epoch. */
  timestamp: number
}

export type UserData =
  | { ok: true; data: Record<string, unknown>; watermark: Watermark }
  | { ok: false; reason: GroupReason }

/**
 * Never throws. CBC carries no seal, so a phone can alter what it hands over: the result says which app it was
 * made for and when, not that nobody touched it.
 *
 * - `bad_base64`, `bad_iv`: the request itself is damaged.
 * - `undecryptable`: no key opens it; most often a sign-in happened in between.
 * - `foreign_watermark`: made for another app, or unmarked. `too_old`: also from the future.
 */
export function decryptUserData(input: UserDataInput): UserData {
  const { encryptedData, iv, sessionKeys, appId, nowMs } = input
  const cipherText = decodeBase64(encryptedData)
  if (!cipherText || /[^A-Za-z0-9+/=]/.test(iv)) return { ok: false, reason: 'bad_base64' }
  const vector = decodeBase64(iv)
  if (vector?.length !== 16) return { ok: false, reason: 'bad_iv' }

  for (const key of sessionKeys) {
    const data = open(cipherText, key, vector)
    if (data) return checkWatermark(data, appId, nowMs)
  }
  return { ok: false, reason: 'undecryptable' }
}

/** The group of the plaintext: `openGId` from getShareInfo, `opengid` from getGroupEnterInfo (platform: share). */
export function openGIdOf(data: Record<string, unknown>): string | undefined {
  const id = data.openGId ?? data.opengid
  return typeof id === 'string' && id !== '' ? id : undefined
}

function open(cipherText: Buffer, key: Buffer, iv: Buffer): Record<string, unknown> | undefined {
  try {
    const decipher = createDecipheriv('aes-128-cbc', key, iv)
    // `final` throws where the PKCS#7 padding is wrong. One wrong key in 256 passes it, hence all that follows.
    const plain = Buffer.concat([decipher.update(cipherText), decipher.final()])
    // Fatal: a damaged block inside a string must not pass as a row of replacement characters.
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
