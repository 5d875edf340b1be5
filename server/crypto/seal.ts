/** Session keys at rest: AES-256-GCM under REACH_SECRET_KEY, bound to their user. */
import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { Random } from '../runtime/world.ts'

export interface Seal {
  /**
   * `owner` must be given again to open: a sealed key copied to another user's row does not open.
   */
  seal(plain: Buffer, owner: SealOwner): Buffer
  /** `undefined`: damaged, of another owner, or sealed under another REACH_SECRET_KEY. */
  open(sealed: Buffer, owner: SealOwner): Buffer | undefined
}

export interface SealOwner {
  appId: string
  openId: string
}

/**
 * The first byte of each sealed value, to distinguish a later REACH_SECRET_KEY from this one.
 */
const keyId = Buffer.of(1)
const nonceBytes = 12
const tagBytes = 16

export function createSeal(secretKey: Buffer, random: Random): Seal {
  return {
    seal(plain, owner) {
      const nonce = random(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', secretKey, nonce)
      cipher.setAAD(associated(owner))
      const sealed = Buffer.concat([cipher.update(plain), cipher.final()])
      return Buffer.concat([keyId, nonce, cipher.getAuthTag(), sealed])
    },
    open(sealed, owner) {
      const head = keyId.length + nonceBytes + tagBytes
      if (sealed.length < head || sealed[0] !== keyId[0]) return undefined
      const nonce = sealed.subarray(keyId.length, keyId.length + nonceBytes)
      const tag = sealed.subarray(keyId.length + nonceBytes, head)
      const decipher = createDecipheriv('aes-256-gcm', secretKey, nonce, {
        authTagLength: tagBytes,
      })
      decipher.setAAD(associated(owner)).setAuthTag(tag)
      try {
        return Buffer.concat([decipher.update(sealed.subarray(head)), decipher.final()])
      } catch {
        return undefined
      }
    },
  }
}

/** Neither part holds a line break, so no two owners have the same text. */
function associated({ appId, openId }: SealOwner): Buffer {
  return Buffer.concat([keyId, Buffer.from(`${appId}\n${openId}`)])
}
