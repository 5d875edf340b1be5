/** Long replies, compressed: a list, or a tree of 5,000 shares, may go over slow networks. */
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Context } from 'koa'
import { replyRules } from '../rules/process.ts'
import type { HttpReply, Route } from './route.ts'

/**
 * Whether replies of the route may be compressed. Only to callers that hold a key or a session of
 * the console: it is work, which nobody unknown can order.
 */
export const mayCompress = ({ method, caller }: Route): boolean =>
  method === 'get' && (caller === 'operator' || caller === 'server' || caller === 'holder')

/** The reply, as JSON compressed by gzip where it is long and the client reads that. */
export async function compressed(ctx: Context, reply: HttpReply): Promise<HttpReply> {
  const { body, headers } = reply
  if (ctx.method !== 'GET' || !isJson(body)) return reply
  const text = JSON.stringify(body)
  const sent = { 'Content-Type': 'application/json; charset=utf-8', ...headers }
  if (text.length < replyRules.minCompressedLength) return { ...reply, headers: sent, body: text }
  ctx.vary('Accept-Encoding')
  if (!ctx.acceptsEncodings('gzip')) return { ...reply, headers: sent, body: text }
  const bytes = await promisify(gzip)(text)
  return { ...reply, headers: { ...sent, 'Content-Encoding': 'gzip' }, body: bytes }
}

/** No image, and no stream. */
const isJson = (body: HttpReply['body']): body is object =>
  Array.isArray(body) || (typeof body === 'object' && body.constructor === Object)
