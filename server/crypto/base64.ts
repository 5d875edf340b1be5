/**
 * Strict base64 (RFC 4648 §4, padded). `undefined` for everything that Buffer would quietly make
 * something of: spaces where a form turned `+` into them, the URL alphabet, a missing end.
 */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.length > 0 && bytes.toString('base64') === text ? bytes : undefined
}

/** A session_key as WeChat writes it: 16 bytes of base64. */
export function decodeSessionKey(text: string): Buffer | undefined {
  const key = decodeBase64(text)
  return key?.length === 16 ? key : undefined
}
