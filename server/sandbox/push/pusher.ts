/** The pushes of one app: where they go, and what became of each. */
import { createHash } from 'node:crypto'
import type { MonotonicClock, PlatformClock, Random } from '../../runtime/world.ts'
import type { PushMessage } from './message.ts'
import { readReply, addressCheck, pushRequest } from './protocol.ts'
import type { PushConfig, ReadReply, PushRequest } from './protocol.ts'

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

/** Posts a push until its receiver is content, as often as the platform does. */

/** platform, 消息推送: who does not answer within 5 s gets it again, three times in all. */
const withinMs = 5_000
const attempts = 3

export interface Delivered {
  attempts: number
  /** Whether the receiver took it. */
  accepted: boolean
  /** Of the last attempt; `null`: no answer came. */
  status: number | null
  body: string | null
  /** The message within the body, decrypted; `null`: there is none. */
  reply: string | null
  /** Why the last attempt did not count. */
  problem?: string
}

export interface Line {
  fetch: typeof fetch
  monotonic: MonotonicClock
  /** Ends what is under way. */
  over: AbortSignal
}

interface Answer {
  status: number
  body: string
}

/** `next` makes each attempt's request: every one is signed anew. Never rejects. */
export async function deliver(
  next: () => PushRequest,
  judge: (status: number, body: string) => ReadReply,
  line: Line,
): Promise<Delivered> {
  let last: Delivered = {
    ...unanswered,
    attempts: 0,
    accepted: false,
    problem: 'the sandbox ended',
  }
  for (let attempt = 1; attempt <= attempts && !line.over.aborted; attempt++) {
    const { url, contentType, body } = next()
    const headers = { 'content-type': contentType, 'user-agent': 'Mozilla/4.0' }
    const answer = await exchange(url, { method: 'POST', headers, body }, line)
    if ('problem' in answer) {
      last = { ...unanswered, attempts: attempt, accepted: false, problem: answer.problem }
      continue
    }
    const read = judge(answer.status, answer.body)
    if ('reply' in read) return { ...answer, attempts: attempt, accepted: true, reply: read.reply }
    last = { ...answer, attempts: attempt, accepted: false, reply: null, problem: read.problem }
  }
  return last
}

const unanswered = { status: null, body: null, reply: null }

/** One request, with its answer read to the end within the time. */
export async function exchange(
  url: string,
  init: RequestInit,
  { fetch, monotonic, over }: Line,
): Promise<Answer | { problem: string }> {
  const ended = new AbortController()
  const signal = AbortSignal.any([over, ended.signal])
  const late = monotonic
    .wait(withinMs, signal)
    .then(() => ({ problem: `no answer within ${withinMs / 1_000} s` }))
  // A redirect is not followed: it is an answer that is not 200.
  const answered = fetch(url, { ...init, redirect: 'manual', signal })
    .then(async (reply): Promise<Answer> => ({ status: reply.status, body: await reply.text() }))
    .catch((error: unknown) => ({ problem: `the connection failed: ${causeOf(error)}` }))
  const first = await Promise.race([answered, late])
  ended.abort()
  return first
}

/** What fetch says itself is always `fetch failed`: its cause has the word. */
function causeOf(error: unknown): string {
  const { code, message, cause } = error as { code?: string; message?: string; cause?: unknown }
  return cause ? causeOf(cause) : (code ?? message ?? 'no reason was given')
}
