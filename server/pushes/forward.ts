/**
 * Hands pushes to the backend that had the push address before: WeChat knows one address for each
 * mini-program.
 */
import { lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { Agent } from 'undici'
import { forwardRules } from '../rules/pushes.ts'
import { isLocal } from '../runtime/addresses.ts'
import { decodeText } from '../runtime/encoding.ts'
import { withTimeout, type World } from '../runtime/world.ts'
import type { PushStore } from '../store/store.ts'
import { readBody } from '../verify/push/body.ts'
import type { Query } from '../verify/push/cipher.ts'
import { contentTypes, received, type PushReply } from '../verify/push/reply.ts'
import { exchange, type ExchangeResult } from '../wechat/http.ts'

/** A push as it came. */
export interface ArrivedPush {
  appId: string
  raw: Buffer
  query: Query
  contentType: string
}

interface ForwardedPush extends ArrivedPush {
  /** Of the backend, with a query of its own or without one. */
  url: string
  /** For the log. */
  type: string
  /** Absent: this server does not understand the push, and so cannot tell it from another. */
  dedupeKey?: string
}

/** `taken`: it replied 200. `refused`: it replied otherwise. `unreachable`: no whole reply came. */
export type ForwardResult = 'taken' | 'refused' | 'unreachable' | 'dropped'

export interface Forwarder {
  /**
   * Posts the push. Resolves with the reply of the backend, or with `undefined` when none that
   * WeChat understands came in time. Never rejects. A push that the backend did not take is posted
   * again, as WeChat does: three times in all, while this process lives. One that is under way is
   * not begun a second time.
   */
  forward(push: ForwardedPush, withinMs: number): Promise<PushReply | undefined>
  /** Waits for posts under way. What would be posted again is given up, and told in the log. */
  close(): Promise<void>
}

interface ForwarderOptions {
  store: Pick<PushStore, 'keepForwarded'>
  world: Pick<World, 'monotonic' | 'log'>
  /** Called for each post, and for each push that is dropped. */
  onForward?: (appId: string, result: ForwardResult) => void
  /** Pushes that wait for the backend. Default: `forwardRules.maxUnderWay`. */
  maxUnderWay?: number
}

interface Attempt {
  isTaken: boolean
  reply?: PushReply
}

export function createForwarder(options: ForwarderOptions): Forwarder {
  const { store, world, onForward = () => {}, maxUnderWay = forwardRules.maxUnderWay } = options
  const { monotonic, log } = world
  const { timeoutMs, connectTimeoutMs, maxReplyBytes, attempts, pauseMs } = forwardRules
  const closing = new AbortController()
  const connections = createConnections(connectTimeoutMs)
  const underWay = new Map<string | symbol, { first: Promise<Attempt>; all: Promise<void> }>()

  async function attempt(push: ForwardedPush, nth: number): Promise<Attempt> {
    const { appId, type, raw, contentType } = push
    const { origin, pathname, protocol } = new URL(push.url)
    const result = await exchange({
      dispatcher: connections[protocol === 'http:' ? 'http' : 'https'],
      origin,
      method: 'POST',
      target: targetOf(push),
      path: pathname,
      headers: { 'user-agent': 'Mozilla/4.0' },
      body: { contentType, bytes: raw },
      timeoutMs,
      maxReplyBytes,
    })
    onForward(appId, resultOf(result))
    if (result.result === 'answered' && result.status === 200) {
      await keep(push)
      const reply = readReply(result.bytes)
      if (!reply) {
        const text = 'the backend replied to a push with neither success nor XML nor JSON'
        log.warn({ appId, type }, text)
      }
      return { isTaken: true, ...(reply && { reply }) }
    }
    const code = result.result === 'answered' ? `HTTP_${result.status}` : result.cause.code
    log.warn({ appId, type, code, attempt: nth }, 'a push could not be forwarded')
    return { isTaken: false }
  }

  /** Only then is a repeated push not forwarded again. */
  async function keep({ appId, dedupeKey }: ForwardedPush): Promise<void> {
    if (dedupeKey === undefined) return
    await store.keepForwarded({ appId, dedupeKey }).catch((err: unknown) => {
      log.warn({ err, appId }, 'it is not stored that a push was forwarded')
    })
  }

  async function repeat(push: ForwardedPush, first: Promise<Attempt>): Promise<void> {
    let { isTaken } = await first
    for (let nth = 2; nth <= attempts && !isTaken; nth++) {
      if (closing.signal.aborted) break
      await monotonic.wait(pauseMs, closing.signal)
      if (closing.signal.aborted) break
      ;({ isTaken } = await attempt(push, nth))
    }
    const { appId, type } = push
    if (isTaken) return
    log.error({ appId, type }, 'a push was not forwarded: the backend took it not once')
  }

  function begin(push: ForwardedPush) {
    const { appId, dedupeKey } = push
    const key = dedupeKey === undefined ? Symbol() : `${appId} ${dedupeKey}`
    const known = underWay.get(key)
    if (known) return known
    if (underWay.size >= maxUnderWay) return undefined
    const first = attempt(push, 1)
    const all = repeat(push, first).finally(() => underWay.delete(key))
    const begun = { first, all }
    underWay.set(key, begun)
    return begun
  }

  return {
    async forward(push, withinMs) {
      const { appId, type } = push
      const begun = begin(push)
      if (!begun) {
        onForward(appId, 'dropped')
        log.error({ appId, type }, 'a push was not forwarded: too many wait for the backend')
        return undefined
      }
      const done = await withTimeout(monotonic, withinMs, () => begun.first)
      if (done !== 'timed_out') return done.reply
      log.warn({ appId, type }, 'the backend did not reply to a push in time: WeChat gets success')
      return undefined
    },
    async close() {
      closing.abort()
      await Promise.all([...underWay.values()].map(({ all }) => all))
      await Promise.all([connections.http.close(), connections.https.close()])
    },
  }
}

/**
 * http goes to this machine and to private networks alone, wherever a name leads: a push holds
 * what users write.
 */
function createConnections(timeout: number) {
  const agent = (connect: { timeout: number; lookup?: LookupFunction }) =>
    new Agent({ connect, headersTimeout: 0, bodyTimeout: 0 })
  return { http: agent({ timeout, lookup: createLocalLookup(lookup) }), https: agent({ timeout }) }
}

/** @param resolve as `lookup` of node:dns */
export const createLocalLookup =
  (resolve: LookupFunction): LookupFunction =>
  (hostname, options, done) =>
    resolve(hostname, options, (error, found, family) => {
      const all = typeof found === 'string' ? [{ address: found }] : (found ?? [])
      if (error || all.every(({ address }) => isLocal(address))) return done(error, found, family)
      const refusal = new Error('The name leads to a public address: use https.')
      done(Object.assign(refusal, { code: 'NOT_PRIVATE' }), '')
    })

/** The path of the backend with its own query, then WeChat's. */
function targetOf({ url, query }: ForwardedPush): string {
  const { pathname, search } = new URL(url)
  const fields = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value].flat()) fields.append(name, String(one))
  }
  return `${pathname}${search}${search === '' ? '?' : '&'}${fields}`
}

function resultOf(result: ExchangeResult): ForwardResult {
  if (result.result !== 'answered') return 'unreachable'
  return result.status === 200 ? 'taken' : 'refused'
}

/** `undefined`: WeChat would tell the user that the service is out of order. */
function readReply(bytes: Buffer): PushReply | undefined {
  const text = decodeText(bytes).trim()
  if (text === '' || text === received) {
    return { status: 200, type: contentTypes.text, body: received }
  }
  const body = readBody(bytes)
  return body && { status: 200, type: contentTypes[body.format], body: bytes }
}
