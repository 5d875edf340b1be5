/** Reads the body of a request whatever it says about itself: SDKs send JSON as form-urlencoded, too. */
import type { IncomingMessage } from 'node:http'
import { Busboy } from '@fastify/busboy'
import getRawBody from 'raw-body'
import type { MonotonicClock } from '../../runtime/world.ts'
import type { Upload } from '../api/endpoint.ts'

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

/** The file in the field `media` of a multipart body. */

/** `undefined`: there is none, or the body is no multipart. */
export async function readUpload(bytes: Buffer, contentType: string): Promise<Upload | undefined> {
  if (!/^multipart\/form-data\s*;/i.test(contentType)) return undefined
  return new Promise((resolve) => {
    let upload: Upload | undefined
    try {
      const parser = new Busboy({
        headers: { 'content-type': contentType },
        // A part without a file name is a file all the same.
        isPartAFile: (field) => field === 'media',
      })
      parser.on('file', (field, stream, name) => {
        const parts: Buffer[] = []
        stream.on('data', (part: Buffer) => parts.push(part))
        stream.on('end', () => {
          if (field === 'media') upload ??= { name: name ?? '', bytes: Buffer.concat(parts) }
        })
      })
      parser.on('finish', () => resolve(upload))
      // A body that ends in the middle of a part is not a file.
      parser.on('error', () => resolve(undefined))
      parser.end(bytes)
    } catch {
      // The boundary is missing.
      resolve(undefined)
    }
  })
}
