/** For load balancers. */
import type { ReadyReply } from '../../../shared/wire/index.ts'
import { isStopped } from '../../ledger/record.ts'
import { openApiDocument } from '../openapi.ts'
import { ProblemError } from '../problems.ts'
import { openRoute, serverRoute } from '../route.ts'
import type { Route } from '../route.ts'
import * as schemas from '../schemas/operations.ts'
import type { Services } from '../services.ts'

export const getHealth = openRoute(
  'GET /healthz',
  {
    summary: 'The process answers',
    replies: { 200: { description: 'It does.', schema: schemas.healthReply } },
  },
  async () => ({ status: 200, body: { status: 'ok' } }),
)

export const getReady = openRoute(
  'GET /readyz',
  {
    summary: 'The server can do its work',
    replies: {
      200: { description: 'It can.', schema: schemas.readyReply },
      503: { description: 'It cannot: send requests elsewhere.', schema: schemas.readyReply },
    },
  },
  async (_call, services) => {
    const store = await storeCheck(services)
    const stopping = services.stopping()
    const checks: ReadyReply['checks'] = {
      store,
      process: stopping ? { ok: false, detail: 'stopping' } : { ok: true },
      ...(store.ok && (await channelChecks(services))),
    }
    const ready = store.ok && !stopping
    return { status: ready ? 200 : 503, body: { status: ready ? 'ready' : 'not_ready', checks } }
  },
)

const storeCheck = ({ store }: Services) =>
  store.ping().then(
    () => ({ ok: true }),
    () => ({ ok: false, detail: 'the database cannot be used, or takes no writes' }),
  )

/** A shut channel is told and does not make the server unready: another instance could not send either. */
async function channelChecks({ apps, store, world }: Services): Promise<ReadyReply['checks']> {
  const stops = await Promise.all(apps.all.map(({ appId }) => store.findSuspensions(appId)))
  return Object.fromEntries(
    stops
      .flat()
      .filter((stop) => isStopped(stop, world.clock.now()))
      .map(({ appId, channel, kind, reason }) => [
        `${appId} ${channel}`,
        { ok: false, detail: `${kind === 'shut' ? 'shut' : 'paused'}: ${reason.detail}` },
      ]),
  )
}

/** For Prometheus. */

export const getMetrics = serverRoute(
  'GET /metrics',
  'read',
  {
    summary: 'What the server counts, over all its apps',
    replies: {
      200: { description: "Prometheus' text format.", contentTypes: ['text/plain'] },
    },
  },
  async (_call, { metrics }) => {
    if (!metrics) {
      const detail =
        'This server was made without metrics: give createReachServer metrics: createMetrics().'
      throw new ProblemError(404, 'not_found', detail)
    }
    const headers = { 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' }
    return { status: 200, body: await metrics.read(), headers }
  },
)

/** The description of the server, for programs. */

/** @param others every route but this one */
export function getOpenApi(others: readonly Route[], version: string): Route {
  const route = openRoute(
    'GET /openapi.json',
    { summary: 'This document', replies: { 200: { description: 'OpenAPI 3.1.' } } },
    async () => ({ status: 200, body: document }),
  )
  const document = openApiDocument([...others, route], version)
  return route
}
