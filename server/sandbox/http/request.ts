/** Reads what a request carries: body, uploaded file and the end of its connection. */
import type { IncomingMessage } from 'node:http'
import { Busboy } from '@fastify/busboy'
import type { ParameterizedContext } from 'koa'
import getRawBody from 'raw-body'
import { withTimeout, type MonotonicClock } from '../../runtime/world.ts'
import type { Upload } from '../api/endpoint.ts'

export interface BodyLimits {
  bytes: number
  /** Time within which a body must have arrived. */
  withinMs: number
}

/** `failed`: the body stopped arriving, or exceeds the limit. */
type ReadBody = { bytes: Buffer } | { failed: 'stalled' | 'too large' }

/** Never rejects. */
export async function readBody(
  request: IncomingMessage,
  limits: BodyLimits,
  monotonic: MonotonicClock,
): Promise<ReadBody> {
  const read = await withTimeout(monotonic, limits.withinMs, () =>
    getRawBody(request, { limit: limits.bytes }).then(
      (bytes): ReadBody => ({ bytes }),
      (error: getRawBody.RawBodyError): ReadBody => ({
        failed: error.type === 'entity.too.large' ? 'too large' : 'stalled',
      }),
    ),
  )
  return read === 'timed_out' ? { failed: 'stalled' } : read
}

/**
 * JSON where the body is JSON, else its text; `undefined`: no body. The Content-Type is ignored:
 * SDKs send JSON as form-urlencoded, too.
 */
export function parseBody(bytes: Buffer): unknown {
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '')
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Empty where the body is no multipart body, or breaks off within a part. */
export async function readUpload(bytes: Buffer, contentType: string): Promise<Upload> {
  if (!/^multipart\/form-data\s*;/i.test(contentType)) return { fields: {} }
  return new Promise((resolve) => {
    const fields = new Map<string, string>()
    let file: Upload['file']
    const whole = () => ({ fields: Object.fromEntries(fields), ...(file && { file }) })
    try {
      const parser = new Busboy({
        headers: { 'content-type': contentType },
        // A part without a file name counts as a file too.
        isPartAFile: (field) => field === 'media',
      })
      parser.on('file', (field, stream, name) => {
        const parts: Buffer[] = []
        stream.on('data', (part: Buffer) => parts.push(part))
        stream.on('end', () => {
          if (field === 'media') file ??= { name: name ?? '', bytes: Buffer.concat(parts) }
        })
      })
      parser.on('field', (name, value) => fields.set(name, value))
      parser.on('finish', () => resolve(whole()))
      parser.on('error', () => resolve({ fields: {} }))
      parser.end(bytes)
    } catch {
      // The boundary is missing.
      resolve({ fields: {} })
    }
  })
}

/**
 * Aborts when the connection closes or the reply is complete, so that no wait outlives its caller.
 */
export function closeSignal(ctx: ParameterizedContext): AbortSignal {
  const closed = new AbortController()
  ctx.res.once('close', () => closed.abort())
  return closed.signal
}
