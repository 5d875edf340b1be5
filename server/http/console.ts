/** Serves the pages of the web console. Whoever asks gets them: what they show needs a session. */
import type Router from '@koa/router'
import type { Context } from 'koa'
import { ConsoleMissingError, type ConsoleFile, type ConsoleFiles } from '../console/files.ts'
import type { World } from '../runtime/world.ts'
import { beginTrace, createRequestIds, logRequest } from './trace.ts'

/**
 * Nothing runs in the page but its own files, and nothing leaves it but to its own origin. Vue sets
 * single properties of styles by script, which needs no `unsafe-inline`.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const headers = {
  'Content-Security-Policy': policy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

const forPages = 'no-cache'
const forAssets = 'public, max-age=31536000, immutable'

export function addConsole(
  router: Router,
  files: ConsoleFiles,
  { random, log, monotonic }: Pick<World, 'random' | 'log' | 'monotonic'>,
): void {
  const newId = createRequestIds(random)
  router.all('/console{/*path}', async (ctx) => {
    const startedMs = monotonic.now()
    const trace = beginTrace(ctx, newId)
    ctx.set(headers)
    try {
      await reply(ctx, files)
    } catch (err) {
      const missing = err instanceof ConsoleMissingError
      if (!missing) log.error({ err, requestId: trace.requestId }, 'a page was not served')
      write(ctx, missing ? 503 : 500, missing ? notBuilt : 'The server failed: see its log.')
    }
    const ms = Math.round((monotonic.now() - startedMs) * 10) / 10
    logRequest(log, ctx, trace, { route: '/console', ms })
  })
}

const notBuilt =
  'The web console is not built. In a clone, run `npm run build:console`, then load this page ' +
  'again.'

async function reply(ctx: Context, files: ConsoleFiles): Promise<void> {
  if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
    ctx.set('Allow', 'GET, HEAD')
    return write(ctx, 405, 'Use GET here.')
  }
  const path = (ctx.params as { path?: string }).path ?? ''
  if (path === '' && !ctx.path.endsWith('/')) {
    // Relative: a proxy may have another path before it.
    ctx.set('Location', `console/${ctx.search}`)
    return write(ctx, 308, 'The console is at console/.')
  }
  const file = await files.find(path)
  if (!file) return write(ctx, 404, 'The console has no such file: it may be of another version.')
  await send(ctx, file)
}

async function send(ctx: Context, file: ConsoleFile): Promise<void> {
  const { type, hash, immutable, encodings } = file
  const encoding = encodings.find((one) => ctx.acceptsEncodings(one)) ?? 'identity'
  ctx.set('Cache-Control', immutable ? forAssets : forPages)
  ctx.vary('Accept-Encoding')
  ctx.set('ETag', `"${hash}-${encoding}"`)
  ctx.status = 200
  if (ctx.fresh) {
    ctx.status = 304
    return
  }
  if (encoding !== 'identity') ctx.set('Content-Encoding', encoding)
  ctx.type = type
  ctx.body = await file.bytes(encoding)
}

/** Words for people: these replies are no part of the API. */
function write(ctx: Context, status: number, text: string): void {
  ctx.status = status
  ctx.set('Cache-Control', 'no-store')
  ctx.type = 'text/plain; charset=utf-8'
  ctx.body = `${text}\n`
}
