/** For load balancers. */
import type { ReadyReply } from '../../shared/wire.ts'
import { isStopped } from '../ledger/is-stopped.ts'
import * as replies from '../schemas/replies.ts'
import type { Services } from '../services.ts'
import { openRoute } from './route.ts'

export const getHealth = openRoute(
  'GET /healthz',
  {
    summary: 'The process answers',
    replies: { 200: { description: 'It does.', schema: replies.health } },
  },
  async () => ({ status: 200, body: { status: 'ok' } }),
)

export const getReady = openRoute(
  'GET /readyz',
  {
    summary: 'The server can do its work',
    replies: {
      200: { description: 'It can.', schema: replies.ready },
      503: { description: 'It cannot: send requests elsewhere.', schema: replies.ready },
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
  const stops = await Promise.all(apps.all.map(({ appId }) => store.findStops(appId)))
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
