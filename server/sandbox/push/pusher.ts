/** Posts the pushes of one app to its receiver and records what became of each. */
import { createHash } from 'node:crypto'
import Type, { type Static } from 'typebox'
import { iso, withTimeout } from '../../runtime/world.ts'
import type { MonotonicClock, PlatformClock, Random } from '../../runtime/world.ts'
import { epochSeconds, second } from '../rules/time.ts'
import { Fields, Time, type Memory } from '../rules/memory.ts'
import type { PushMessage, UserMessage } from './message.ts'
import { addressCheck, checkResponse, pushConfigFields, pushRequest } from './protocol.ts'
import type { CheckedResponse, PushConfig, PushRequest } from './protocol.ts'

export interface Pusher {
  configure(config: PushConfig): void
  /** 64 bits as the platform's, and always more than a JSON number holds exactly. */
  newMsgId(): bigint
  /** Sends the platform's address check. `undefined`: it passed, else the reason why not. */
  checkAddress(signal: AbortSignal): Promise<string | undefined>
  /** Adds recipient and time. `undefined`: nothing is configured. Never rejects. */
  push(message: UserMessage, signal?: AbortSignal, how?: PushManner): Promise<Pushed | undefined>
  /** Finished pushes, in the order in which they ended. */
  list(): Pushed[]
}

/** How the platform pushes when its network has a bad day. */
export interface PushManner {
  /** Pause between the act of the user and its push. Default: none. */
  delayMs?: number
  /** Pushes that the receiver gets although it accepted the first. Default: 1. */
  times?: number
}

export const Pushed = Type.Object({
  at: Time,
  openId: Type.String(),
  msgType: Type.String(),
  event: Type.Optional(Type.String()),
  attempts: Type.Integer(),
  accepted: Type.Boolean({ description: 'Whether the receiver took it.' }),
  status: Type.Union([Type.Integer(), Type.Null()], {
    description: 'Of the last attempt, as all that follows. null: no response came.',
  }),
  body: Type.Union([Type.String(), Type.Null()]),
  reply: Type.Union([Type.String(), Type.Null()], {
    description: 'The message in the body of the response, decrypted.',
  }),
  problem: Type.Optional(Type.String({ description: 'Why the last attempt failed.' })),
})
export type Pushed = Static<typeof Pushed>

export const PusherMemory = Fields({
  config: Type.Optional(Fields(pushConfigFields)),
  pushed: Type.Array(Pushed),
})

export interface PushWorld {
  clock: PlatformClock
  monotonic: MonotonicClock
  random: Random
  fetch: typeof fetch
}

export function createPusher(
  appId: string,
  memory: Memory<typeof PusherMemory>,
  world: PushWorld,
  shutdown: AbortSignal,
): Pusher {
  const { clock, random } = world
  const { pushed } = memory
  const sender = () => ({ appId, nowMs: clock.now(), random })
  const transport = (signal?: AbortSignal) => ({
    ...world,
    signal: signal ? AbortSignal.any([shutdown, signal]) : shutdown,
  })
  return {
    configure(settings) {
      memory.config = settings
    },
    newMsgId: () => (1n << 62n) + (random(8).readBigUInt64BE() >> 3n),
    async checkAddress(signal) {
      const { config } = memory
      if (!config) return 'nothing is configured'
      const { url, echostr } = addressCheck(config, sender())
      const response = await exchange(url, {}, transport(signal))
      if ('problem' in response) return response.problem
      if (response.status !== 200) return `the status is ${response.status}, not 200`
      return response.body === echostr ? undefined : 'the body is not the echostr'
    },
    async push(
      { openId = pushServiceId(appId), msgType, fields, list, raw },
      signal,
      { delayMs = 0, times = 1 } = {},
    ) {
      const settings = memory.config
      if (!settings) return undefined
      const nowMs = clock.now()
      const message: PushMessage = {
        fields: {
          ToUserName: originalId(appId),
          FromUserName: openId,
          CreateTime: epochSeconds(nowMs),
          MsgType: msgType,
          ...fields,
        },
        ...(list && { list }),
        ...(raw && { raw }),
      }
      const wire = transport(signal)
      if (delayMs > 0) await world.monotonic.wait(delayMs, wire.signal)
      const { Event } = fields
      const event = Event === undefined ? {} : { event: String(Event) }
      let done: Pushed | undefined
      for (let time = 1; time <= times; time++) {
        const result = await deliver(
          () => pushRequest(message, settings, sender()),
          (status, body) => checkResponse(status, body, settings, appId),
          wire,
        )
        done = { at: iso(nowMs), openId, msgType, ...event, ...result }
        pushed.push(done)
      }
      return done
    },
    list: () => [...pushed],
  }
}

/** The account's name towards its receivers (原始 ID). */
function originalId(appId: string): string {
  return `gh_${createHash('sha256').update(appId).digest('hex').slice(0, 12)}`
}

/** The sender of messages that are of no user (平台推送服务UserName). It looks like an openId. */
function pushServiceId(appId: string): string {
  const hash = createHash('sha256').update(`${appId} push service`).digest('base64url')
  return `o${hash.slice(0, 27)}`
}

/** platform, 消息推送: a push without a response within 5 s is repeated, three attempts in all. */
const attemptTimeoutMs = 5 * second
const maxAttempts = 3

type PushResult = Omit<Pushed, 'at' | 'openId' | 'msgType' | 'event'>

interface Transport {
  fetch: typeof fetch
  monotonic: MonotonicClock
  /** Aborts the attempt that is under way, and all further ones. */
  signal: AbortSignal
}

const noResponse = { accepted: false, status: null, body: null, reply: null }

/** `nextRequest` makes the request of each attempt: every one is signed anew. Never rejects. */
async function deliver(
  nextRequest: () => PushRequest,
  check: (status: number, body: string) => CheckedResponse,
  transport: Transport,
): Promise<PushResult> {
  let last: PushResult = { ...noResponse, attempts: 0, problem: 'the sandbox ended' }
  for (let attempts = 1; attempts <= maxAttempts && !transport.signal.aborted; attempts++) {
    const { url, contentType, body } = nextRequest()
    const headers = { 'content-type': contentType, 'user-agent': 'Mozilla/4.0' }
    const response = await exchange(url, { method: 'POST', headers, body }, transport)
    if ('problem' in response) {
      last = { ...noResponse, attempts, problem: response.problem }
      continue
    }
    const checked = check(response.status, response.body)
    if ('reply' in checked) return { ...response, attempts, accepted: true, reply: checked.reply }
    last = { ...response, attempts, accepted: false, reply: null, problem: checked.problem }
  }
  return last
}

interface PushResponse {
  status: number
  body: string
}

/** One request, whose response is read to its end within the time-out. */
async function exchange(
  url: string,
  init: RequestInit,
  { fetch, monotonic, signal }: Transport,
): Promise<PushResponse | { problem: string }> {
  const response = await withTimeout(monotonic, attemptTimeoutMs, async (waiting) => {
    try {
      const either = AbortSignal.any([signal, waiting.signal])
      // A redirect is not followed: it counts as a response that is not 200.
      const got = await fetch(url, { ...init, redirect: 'manual', signal: either })
      return { status: got.status, body: await got.text() }
    } catch (error) {
      return { problem: `the connection failed: ${causeOf(error)}` }
    }
  })
  if (response !== 'timed_out') return response
  return { problem: `no answer within ${attemptTimeoutMs / second} s` }
}

/** The message of fetch is always `fetch failed`: the reason is in its cause. */
function causeOf(error: unknown): string {
  const { code, message, cause } = error as { code?: string; message?: string; cause?: unknown }
  return cause ? causeOf(cause) : (code ?? message ?? 'no reason was given')
}
