import { isSigned, stampOf } from './signature.ts'
import type { Query } from './signature.ts'

/**
 * The platform's GET when an address is entered there: the `echostr` to reply with, byte for byte, or `undefined`.
 * Reply it as `text/plain`: it is the caller's own text. Never throws; of no age, because it opens nothing.
 */
export function checkAddress({
  token,
  query,
}: {
  token: string
  query: Query
}): string | undefined {
  const { signature, echostr } = query
  const stamp = stampOf(query)
  if (!stamp || !isSigned(signature, token, stamp)) return undefined
  return typeof echostr === 'string' && echostr !== '' ? echostr : undefined
}
