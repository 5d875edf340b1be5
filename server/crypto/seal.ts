/**
 * Session keys and the access_token at rest: AES-256-GCM under the newest secret key, bound to
 * their owner. A sealed value is the id of its key, a nonce, the tag and the ciphertext.
 */
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import { sealedKeyRules } from '../rules/sessions.ts'
import type { Random } from '../runtime/world.ts'

export interface Seal {
  /**
   * `owner` must be given again to open: a sealed key copied to another user's row does not open.
   */
  seal(plain: Buffer, owner: SealOwner): Buffer
  /** `undefined`: damaged, of another owner, or sealed under a secret key that is not listed. */
  open(sealed: Buffer, owner: SealOwner): Buffer | undefined
  /** Whether the value is sealed under the newest secret key. */
  isCurrent(sealed: Buffer): boolean
  /** What each value sealed under the newest secret key begins with. */
  readonly keyId: Buffer
  /** The same of all of them, the newest first. */
  readonly keyIds: readonly Buffer[]
  /** Whether the value, or its first bytes, is sealed under a secret key that is listed. */
  isListed(sealed: Buffer): boolean
}

export interface SealOwner {
  appId: string
  openId: string
}

const { keyIdBytes } = sealedKeyRules
const nonceBytes = 12
const tagBytes = 16
const head = keyIdBytes + nonceBytes + tagBytes

/**
 * @param secretKeys of 32 bytes each. The first one seals; all of them open.
 * @throws if there is none, or one of another length
 */
export function createSeal(secretKeys: readonly Buffer[], random: Random): Seal {
  const keys = secretKeys.map((secret) => ({ id: idOf(secret), secret }))
  const [newest] = keys
  if (!newest || secretKeys.some(({ length }) => length !== 32)) {
    throw new Error('secretKeys must be one or more keys of 32 bytes, the newest first.')
  }
  return {
    keyId: newest.id,
    keyIds: keys.map(({ id }) => id),
    isListed: (sealed) => keys.some(({ id }) => hasId(sealed, id)),
    isCurrent: (sealed) => hasId(sealed, newest.id),
    seal(plain, owner) {
      const { id, secret } = newest
      const nonce = random(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', secret, nonce)
      cipher.setAAD(associated(id, owner))
      const sealed = Buffer.concat([cipher.update(plain), cipher.final()])
      return Buffer.concat([id, nonce, cipher.getAuthTag(), sealed])
    },
    open(sealed, owner) {
      const key = keys.find(({ id }) => hasId(sealed, id))
      if (!key || sealed.length < head) return undefined
      const nonce = sealed.subarray(keyIdBytes, keyIdBytes + nonceBytes)
      const tag = sealed.subarray(keyIdBytes + nonceBytes, head)
      const decipher = createDecipheriv('aes-256-gcm', key.secret, nonce, {
        authTagLength: tagBytes,
      })
      decipher.setAAD(associated(key.id, owner)).setAuthTag(tag)
      try {
        return Buffer.concat([decipher.update(sealed.subarray(head)), decipher.final()])
      } catch {
        return undefined
      }
    },
  }
}

/** Derived from the key, so that nobody has to number keys. It does not reveal the key. */
const idOf = (secret: Buffer): Buffer =>
  createHmac('sha256', secret).update('wx-reach key id').digest().subarray(0, keyIdBytes)

const hasId = (sealed: Buffer, id: Buffer) => sealed.subarray(0, keyIdBytes).equals(id)

/** Neither part holds a line break, so no two owners have the same text. */
const associated = (id: Buffer, { appId, openId }: SealOwner): Buffer =>
  Buffer.concat([id, Buffer.from(`${appId}\n${openId}`)])
