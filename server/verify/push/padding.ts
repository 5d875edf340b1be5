/**
 * PKCS#7 with blocks of 32, as the platform has it. OpenSSL pads AES to 16 and takes a pad of 17 to 32 for damage, hence
 * by hand.
 */
export const blockBytes = 32

export function pad(bytes: Buffer): Buffer {
  const count = blockBytes - (bytes.length % blockBytes)
  return Buffer.concat([bytes, Buffer.alloc(count, count)])
}

/** `undefined`: not whole blocks, or not every byte of the pad says its length. */
export function unpad(bytes: Buffer): Buffer | undefined {
  if (bytes.length === 0 || bytes.length % blockBytes !== 0) return undefined
  const count = bytes[bytes.length - 1] ?? 0
  if (count < 1 || count > blockBytes) return undefined
  const end = bytes.length - count
  return bytes.subarray(end).every((byte) => byte === count) ? bytes.subarray(0, end) : undefined
}
