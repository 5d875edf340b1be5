/** The state of an app, for operators: what readiness and metrics know, app by app. */
import type { Channel, ChannelStatus, TokenStatus } from '../../../shared/wire/index.ts'
import { isSuspended } from '../../ledger/record.ts'
import { spendableKinds } from '../../rules/credits.ts'
import { statusRules } from '../../rules/requests.ts'
import type { ReachApp } from '../../runtime/apps.ts'
import { version } from '../../runtime/version.ts'
import { iso } from '../../runtime/world.ts'
import type { ChannelSuspension } from '../../store/store.ts'
import type { TokenRefusal } from '../../wechat/token.ts'
import { operatorRoute } from '../route.ts'
import * as schemas from '../schemas/status.ts'
import type { Services } from '../services.ts'

export const getStatus = operatorRoute(
  'GET /v1/status',
  'read',
  {
    summary: "The state of an app: token, channels, backlog, today's sends, codes, erasures",
    replies: {
      200: {
        description: 'The state. It holds no token, and names no user.',
        schema: schemas.statusReply,
      },
    },
  },
  async ({ app }, services) => {
    const { store, codes, sentToday, world } = services
    const { appId, edition } = app
    const { maxCounted } = statusRules
    const nowMs = world.clock.now()
    const [token, suspensions, backlog, today, usage, erasures] = await Promise.all([
      tokenStatus(appId, services),
      store.findSuspensions(appId),
      store.findBacklog(appId, maxCounted),
      sentToday.of(appId),
      codes.usage(appId),
      store.countErasures(appId, maxCounted),
    ])
    const { queued, sending, oldestMs, complete } = backlog
    return {
      status: 200,
      body: {
        appId,
        edition,
        version,
        now: iso(nowMs),
        token,
        channels: channels.map((channel) => channelStatus(channel, app, suspensions, nowMs)),
        backlog: {
          queued,
          sending,
          ...(oldestMs !== null && { oldestAt: iso(oldestMs) }),
          complete,
        },
        today,
        codes: usage,
        erasures,
      },
    }
  },
)

async function tokenStatus(appId: string, { store, wechat }: Services): Promise<TokenStatus> {
  // Where tokens are not stored, this process tells of its own.
  const life = (await store.findToken(appId)) ?? wechat(appId).tokenLife()
  const refusal = wechat(appId).tokenRefusal()
  return {
    ...(life && { fetchedAt: iso(life.fetchedAtMs), expiresAt: iso(life.expiresAtMs) }),
    ...(refusal && { refusal: spoken(refusal) }),
  }
}

/** WeChat's own words may name the address or the secret. */
const spoken = ({ errcode, meaning, advice }: TokenRefusal) => ({ errcode, meaning, advice })

const channels: readonly Channel[] = ['template', 'subscribe', 'customer']

function channelStatus(
  channel: Channel,
  { edition }: ReachApp,
  suspensions: readonly ChannelSuspension[],
  nowMs: number,
): ChannelStatus {
  if (spendableKinds[edition][channel].length === 0) return { channel, state: 'retired' }
  const found = suspensions.find((one) => one.channel === channel && isSuspended(one, nowMs))
  if (!found) return { channel, state: 'open' }
  const { kind, atMs, untilMs, reason } = found
  return {
    channel,
    state: kind === 'shut' ? 'shut' : 'paused',
    since: iso(atMs),
    ...(untilMs !== null && { until: iso(untilMs) }),
    reason,
  }
}
