/** The reply to a call of an API path: as the platform writes it, or as a fault damages it. */
import { gzipSync } from 'node:zlib'
import type { ParameterizedContext } from 'koa'
import type { MonotonicClock } from '../../runtime/world.ts'
import { isFile, type Reply } from '../api/endpoint.ts'
import { writeJson } from '../rules/json.ts'
import type { ReplyFault } from '../state/faults.ts'
import { closeSignal } from './request.ts'

export interface WrittenReply {
  status: number
  headers: Readonly<Record<string, string>>
  bytes: Buffer
  /** What the list of calls shows. */
  shown: unknown
  /** Pause between two parts of `dripBytes`. Default: all at once. */
  dripMs?: number
  /** `true`: twice as many bytes as Content-Length says. */
  overrun?: boolean
}

const jsonType = 'application/json; charset=utf-8'

/** @param contentType of JSON. Default: that of JSON. */
export function writeReply(reply: Reply, contentType = jsonType): WrittenReply {
  if (!isFile(reply)) {
    const bytes = Buffer.from(writeJson(reply))
    return { status: 200, headers: { 'Content-Type': contentType }, bytes, shown: reply }
  }
  const { bytes, fileName } = reply
  const headers = {
    'Content-Type': reply.contentType,
    ...(fileName && { 'Content-Disposition': `attachment; filename="${fileName}"` }),
  }
  return { status: 200, headers, bytes, shown: fileSummary(reply.contentType, bytes) }
}

/** A proxy between the caller and the platform replies in HTML. */
export function htmlReply(status: number): WrittenReply {
  const html = `<html><h1>${status}</h1></html>`
  const headers = { 'Content-Type': 'text/html; charset=utf-8' }
  return { status, headers, bytes: Buffer.from(html), shown: html }
}

/** Replaces what the fault names and leaves the rest of the platform's reply. */
export function damage(written: WrittenReply, fault: ReplyFault): WrittenReply {
  const plain = fault.body ?? written.bytes
  const bytes = fault.gzip ? gzipSync(plain) : plain
  return {
    ...written,
    status: fault.status ?? written.status,
    headers: {
      ...written.headers,
      ...(fault.gzip && { 'Content-Encoding': 'gzip' }),
      ...(fault.contentType !== undefined && { 'Content-Type': fault.contentType }),
      ...fault.headers,
    },
    bytes,
    ...(fault.body && { shown: fault.body.toString('utf8') }),
    ...(fault.dripMs !== undefined && { dripMs: fault.dripMs }),
    ...(fault.overrun && { overrun: true }),
  }
}

/** What the list of calls shows of a file. */
export function fileSummary(name: string, { length }: Buffer): object {
  return { name, bytes: length }
}

const dripBytes = 16

/** Resolves when the reply is sent, or its caller has gone. */
export async function sendReply(
  ctx: ParameterizedContext,
  { status, headers, bytes, dripMs, overrun = false }: WrittenReply,
  monotonic: MonotonicClock,
): Promise<void> {
  if (dripMs === undefined && !overrun) {
    ctx.status = status
    ctx.set(headers)
    ctx.body = bytes
    return
  }
  // Koa would correct the length.
  ctx.respond = false
  const closed = closeSignal(ctx)
  ctx.set({ ...headers, 'Content-Length': String(bytes.length) })
  ctx.res.writeHead(status)
  const sent = overrun ? Buffer.concat([bytes, bytes]) : bytes
  const step = dripMs === undefined ? sent.length : dripBytes
  for (let at = 0; at < sent.length && !closed.aborted; at += step) {
    ctx.res.write(sent.subarray(at, at + step))
    if (dripMs !== undefined) await monotonic.wait(dripMs, closed)
  }
  ctx.res.end()
}
