/** The pushes of one app: where they go, and what became of each. */
import { createHash } from 'node:crypto'
import type { MonotonicClock, PlatformClock, Random } from '../../runtime/world.ts'
import type { PushConfig } from './config.ts'
import { deliver, exchange, type Delivered } from './deliver.ts'
import type { PushMessage } from './message.ts'
import { readReply } from './read-reply.ts'
import { addressCheck, pushRequest } from './request.ts'

export interface Pushed extends Delivered {
  /** ISO 8601, by the platform's clock: when it was first posted. */
  at: string
  openId: string
  msgType: string
  event?: string
}

export interface Pusher {
  configure(config: PushConfig): void
  config(): PushConfig | undefined
  /** 64 bits as the platform's, and always beyond what a JSON number holds exactly. */
  newMsgId(): bigint
  /** Posts the platform's address check. `undefined`: it was answered well, else why not. */
  checkAddress(gone: AbortSignal): Promise<string | undefined>
  /** `undefined`: nothing is configured. Adds who it is for and the time. Never rejects. */
  push(message: UserMessage, gone?: AbortSignal): Promise<Pushed | undefined>
  /** Those that are over, in the order in which they ended. */
  list(): Pushed[]
}

/** A message without what the platform adds to each. */
export interface UserMessage {
  openId: string
  msgType: string
  fields: PushMessage['fields']
  list?: NonNullable<PushMessage['list']>
}

export interface PushWorld {
  clock: PlatformClock
  monotonic: MonotonicClock
  random: Random
  fetch: typeof fetch
}

export function createPusher(
  appId: string,
  world: PushWorld,
  over: AbortSignal,
  initial?: PushConfig,
): Pusher {
  const { clock, random } = world
  const pushed: Pushed[] = []
  let config = initial
  const sender = () => ({ appId, nowMs: clock.now(), random })
  const line = (gone?: AbortSignal) => ({
    ...world,
    over: gone ? AbortSignal.any([over, gone]) : over,
  })
  return {
    configure(settings) {
      config = settings
    },
    config: () => config,
    newMsgId: () => (1n << 62n) + (random(8).readBigUInt64BE() >> 3n),
    async checkAddress(gone) {
      if (!config) return 'nothing is configured'
      const { url, echostr } = addressCheck(config, sender())
      const answer = await exchange(url, {}, line(gone))
      if ('problem' in answer) return answer.problem
      if (answer.status !== 200) return `the status is ${answer.status}, not 200`
      return answer.body === echostr ? undefined : 'the body is not the echostr'
    },
    async push({ openId, msgType, fields, list }, gone) {
      const settings = config
      if (!settings) return undefined
      const nowMs = clock.now()
      const message: PushMessage = {
        fields: {
          ToUserName: originalId(appId),
          FromUserName: openId,
          CreateTime: Math.floor(nowMs / 1_000),
          MsgType: msgType,
          ...fields,
        },
        ...(list ? { list } : {}),
      }
      const delivered = await deliver(
        () => pushRequest(message, settings, sender()),
        (status, body) => readReply(status, body, settings, appId),
        line(gone),
      )
      const { Event } = fields
      const event = Event === undefined ? {} : { event: String(Event) }
      const done = { at: new Date(nowMs).toISOString(), openId, msgType, ...event, ...delivered }
      pushed.push(done)
      return done
    },
    list: () => [...pushed],
  }
}

/** The account's name towards its receivers (原始 ID). */
function originalId(appId: string): string {
  return `gh_${createHash('sha256').update(appId).digest('hex').slice(0, 12)}`
}
