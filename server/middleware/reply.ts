import type { Context } from 'koa'
import type { Answer } from '../routes/route.ts'

/** An answer of ours → Koa's reply. */
export function reply(ctx: Context, { status, headers, body }: Answer): void {
  ctx.status = status
  if (headers) ctx.set(headers)
  if (body) ctx.body = body
}
