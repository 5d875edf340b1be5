/** How ids are made of numbers and hashes. */
import { hash } from 'node:crypto'
import type { CreditKind } from '../../shared/wire/index.ts'
import { kindCode } from './row-codes.ts'
import type { CreditId, MessageId, UserNumber } from './ids.ts'

/**
 * 48 bits fit a number exactly, and are enough within one user: of two million users with 16,000
 * credits each, one has a collision.
 */
const idBytes = 6
export const idRange = 2 ** (8 * idBytes)

export function creditId(kind: CreditKind, ref: string): CreditId {
  const digest = hash('sha256', `${kindCode.of(kind)}\0${ref}`, 'hex')
  return Number.parseInt(digest.slice(0, 2 * idBytes), 16) as CreditId
}

/** Where the search for a key begins, and where it goes on when that number is taken. */
export const firstNumber = (keyHash: Uint8Array): number =>
  Buffer.from(keyHash.buffer, keyHash.byteOffset, idBytes).readUIntBE(0, idBytes)
export const nextNumber = (number: number): number => (number + 1) % idRange

/** The numbers of the user and of the message in 16 characters: no index is needed to find it. */
export function messageId(user: number, number: number): MessageId {
  const bytes = Buffer.alloc(2 * idBytes)
  bytes.writeUIntBE(user, 0, idBytes)
  bytes.writeUIntBE(number, idBytes, idBytes)
  return bytes.toString('base64url') as MessageId
}

/** `undefined`: no id of ours. */
export function readMessageId(id: string): { user: UserNumber; number: number } | undefined {
  if (!/^[\w-]{16}$/.test(id)) return undefined
  const bytes = Buffer.from(id, 'base64url')
  return {
    user: bytes.readUIntBE(0, idBytes) as UserNumber,
    number: bytes.readUIntBE(idBytes, idBytes),
  }
}

const pushKeyBytes = 16

export const pushKey = (appId: string, dedupeKey: string): Buffer =>
  hash('sha256', `${appId}\0${dedupeKey}`, 'buffer').subarray(0, pushKeyBytes)

/**
 * The range of hashes that begin with this byte, without its end. No hash is as long as 64 bytes of
 * ones.
 */
export const hashesFrom = (firstByte: number): [Buffer, Buffer] => [
  Buffer.of(firstByte),
  firstByte === 255 ? Buffer.alloc(64, 255) : Buffer.of(firstByte + 1),
]
