/** Replies that a gateway has compressed although none was asked for. */
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib'
import { callRules } from '../rules/wechat-calls.ts'

type Decode = (bytes: Buffer, limits: DecodeLimits) => Promise<Buffer>

interface DecodeLimits {
  maxOutputLength: number
  /** Each chunk is a turn of the event loop. */
  chunkSize: number
}

// On the thread pool: ten megabytes would hold the event loop too long.
const gunzipped = promisify<Buffer, object, Buffer>(gunzip)
const inflated = promisify<Buffer, object, Buffer>(inflate)
const inflatedBare = promisify<Buffer, object, Buffer>(inflateRaw)
const decoderOf = new Map<string, Decode>([
  ['gzip', gunzipped],
  ['x-gzip', gunzipped],
  ['br', promisify<Buffer, object, Buffer>(brotliDecompress)],
  [
    'deflate',
    // Servers send the bare stream under the same name.
    (bytes, limits) =>
      (bytes[0]! & 0x0f) === 8 ? inflated(bytes, limits) : inflatedBare(bytes, limits),
  ],
])

/**
 * The header may be left over plain bytes, and what does not decode stays as it is; so does what is
 * under a long list of encodings. `undefined`: it would hold more than `maxOutputLength`.
 *
 * @param encodings a `Content-Encoding`
 */
export async function decompress(
  raw: Buffer,
  encodings: string,
  maxOutputLength: number,
): Promise<Buffer | undefined> {
  const names = encodings.toLowerCase().split(',')
  if (names.length > callRules.maxEncodings) return raw
  const limits = { maxOutputLength, chunkSize: callRules.maxReplyBytes }
  let bytes = raw
  for (const name of names.reverse()) {
    try {
      bytes = (await decoderOf.get(name.trim())?.(bytes, limits)) ?? bytes
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return undefined
    }
  }
  return bytes
}
