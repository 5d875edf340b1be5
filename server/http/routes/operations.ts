/** For those who run the server: health, metrics and the description of the API. */
import type { ReadyReply } from '../../../shared/wire/index.ts'
import { isSuspended } from '../../ledger/record.ts'
import { ProblemError } from '../problems.ts'
import { monitorRoute, openRoute, serverRoute } from '../route.ts'
import * as schemas from '../schemas/operations.ts'
import type { KnownKey, Services } from '../services.ts'

export const getHealth = openRoute(
  'GET /healthz',
  {
    summary: 'Whether the process responds',
    replies: { 200: { description: 'The process responds.', schema: schemas.healthReply } },
  },
  async () => ({ status: 200, body: { status: 'ok' } }),
)

export const getReady = monitorRoute(
  'GET /readyz',
  'read',
  {
    summary:
      'Whether the server can serve requests; with a key, for which apps WeChat gives no token, ' +
      'and which channels are suspended',
    replies: {
      200: { description: 'The server can serve requests.', schema: schemas.readyReply },
      503: {
        description: 'The server cannot serve requests: send them to another instance.',
        schema: schemas.readyReply,
      },
    },
  },
  async ({ key }, services) => {
    const store = await storeCheck(services)
    const stopping = services.stopping()
    const opens = !store.ok || (await services.resealing.opensAny())
    const credentials = credentialChecks(services)
    const checks: ReadyReply['checks'] = {
      store,
      ...(!opens && { secretKey: { ok: false, detail: wrongSecretKey } }),
      ...(credentials.refused && { credentials: { ok: false, detail: credentials.refused } }),
      process: stopping ? { ok: false, detail: 'stopping' } : { ok: true },
      ...(key && credentials.of(appIdsOf(key, services))),
      ...(key && store.ok && (await channelChecks(key, services))),
    }
    const ready = store.ok && opens && !credentials.refused && !stopping
    return { status: ready ? 200 : 503, body: { status: ready ? 'ready' : 'not_ready', checks } }
  },
)

const wrongSecretKey =
  'no stored session key or access_token opens: REACH_SECRET_KEY is another than before'

/**
 * The apps to which WeChat gives no access_token, because it refuses their AppSecret, the address
 * of this server or the account. `refused`: why, where these are all apps. One of several does not
 * make the server unready: the others would suffer for it.
 */
function credentialChecks({ apps, wechat }: Services) {
  const refusals = new Map<string, string>()
  for (const { appId } of apps.all) {
    const refusal = wechat(appId).tokenRefusal()
    if (!refusal) continue
    const { errcode, advice } = refusal
    refusals.set(appId, `WeChat gives no access_token (${errcode}). ${advice}`)
  }
  const [first] = refusals.values()
  return {
    refused: refusals.size === apps.all.length ? first : undefined,
    of: (appIds: readonly string[]): ReadyReply['checks'] =>
      Object.fromEntries(
        appIds.flatMap((appId) => {
          const detail = refusals.get(appId)
          return detail === undefined ? [] : [[`${appId} credentials`, { ok: false, detail }]]
        }),
      ),
  }
}

const appIdsOf = ({ appId }: KnownKey, { apps }: Services) =>
  appId === undefined ? apps.all.map((app) => app.appId) : [appId]

const storeCheck = ({ store }: Services) =>
  store.ping().then(
    () => ({ ok: true }),
    () => ({ ok: false, detail: 'the database is unavailable or rejects writes' }),
  )

/** A suspended channel does not make the server unready: another instance could not send either. */
async function channelChecks(key: KnownKey, services: Services): Promise<ReadyReply['checks']> {
  const { store, world } = services
  const appIds = appIdsOf(key, services)
  const suspensions = await Promise.all(appIds.map((appId) => store.findSuspensions(appId)))
  return Object.fromEntries(
    suspensions
      .flat()
      .filter((suspension) => isSuspended(suspension, world.clock.now()))
      .map(({ appId, channel, kind, reason }) => [
        `${appId} ${channel}`,
        { ok: false, detail: `${kind === 'shut' ? 'shut' : 'paused'}: ${reason.detail}` },
      ]),
  )
}

export const getMetrics = serverRoute(
  'GET /metrics',
  'read',
  {
    summary: 'Metrics over all apps',
    replies: {
      200: { description: "Prometheus' text format.", contentTypes: ['text/plain'] },
    },
  },
  async (_request, { metrics }) => {
    if (!metrics) {
      const detail =
        'This server has no metrics: pass metrics: createMetrics() to createReachServer.'
      throw new ProblemError(404, 'not_found', detail)
    }
    const headers = { 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' }
    return { status: 200, body: await metrics.read(), headers }
  },
)

export const getOpenApi = openRoute(
  'GET /openapi.json',
  { summary: 'This document', replies: { 200: { description: 'OpenAPI 3.1.' } } },
  async (_request, { openapi }) => ({
    status: 200,
    body: openapi(),
    headers: { 'Content-Type': 'application/json' },
  }),
)
