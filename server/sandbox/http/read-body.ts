/** Reads the body of a request whatever it says about itself: SDKs send JSON as form-urlencoded, too. */
import type { IncomingMessage } from 'node:http'
import getRawBody from 'raw-body'
import type { MonotonicClock } from '../../runtime/world.ts'

export interface BodyLimits {
  bytes: number
  /** A body must have arrived by then. */
  withinMs: number
}

/** `lost`: it stopped arriving, or was too large to keep. */
export type ReadBody = { bytes: Buffer } | { lost: 'stalled' | 'too large' }

export async function readBody(
  request: IncomingMessage,
  limits: BodyLimits,
  monotonic: MonotonicClock,
): Promise<ReadBody> {
  const over = new AbortController()
  // Never rejects: after a stall the destroyed request would reject with nobody left to hear it.
  const arriving = getRawBody(request, { limit: limits.bytes }).then(
    (bytes): ReadBody => ({ bytes }),
    (error: getRawBody.RawBodyError): ReadBody => ({
      lost: error.type === 'entity.too.large' ? 'too large' : 'stalled',
    }),
  )
  const stalling = monotonic
    .wait(limits.withinMs, over.signal)
    .then((): ReadBody => ({ lost: 'stalled' }))
  const read = await Promise.race([arriving, stalling])
  over.abort()
  return read
}

/** JSON where it is JSON, else the text; `undefined`: no body. */
export function parseBody(bytes: Buffer): unknown {
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '')
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
