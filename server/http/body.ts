/** Reads the body as JSON or as bytes, up to a size limit. */
import type { Context } from 'koa'
import getRawBody from 'raw-body'
import { serverRules } from '../rules/process.ts'
import { ProblemError } from './problems.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The Koa app that the router is mounted in may have parsed the body before. */
export async function readJson(ctx: Context): Promise<unknown> {
  const parsed = (ctx.request as { body?: unknown }).body
  if (parsed !== undefined) return parsed
  const raw = await readBytes(ctx, serverRules.maxBodyBytes)
  try {
    return JSON.parse(utf8.decode(raw))
  } catch {
    throw new ProblemError(400, 'invalid_json', 'The body is not JSON in UTF-8.')
  }
}

export async function readBytes(ctx: Context, maxBytes: number): Promise<Buffer> {
  const encoding = ctx.get('Content-Encoding')
  if (encoding !== '' && encoding !== 'identity') {
    throw new ProblemError(415, 'unsupported_encoding', 'Send the body without Content-Encoding.')
  }
  const { rawBody } = ctx.request as { rawBody?: unknown }
  // A body parser of the surrounding app has read the stream; the common ones store the text here.
  if (typeof rawBody === 'string' && Buffer.byteLength(rawBody) <= maxBytes) {
    return Buffer.from(rawBody)
  }
  try {
    return await getRawBody(ctx.req, { limit: maxBytes, length: ctx.request.length ?? null })
  } catch (error) {
    if ((error as { type?: string }).type === 'entity.too.large') {
      const detail = `The body is over ${maxBytes / 1024} KB: make it smaller.`
      throw new ProblemError(413, 'body_too_large', detail, { cause: error })
    }
    throw new ProblemError(400, 'invalid_json', 'The body ended early.', { cause: error })
  }
}
