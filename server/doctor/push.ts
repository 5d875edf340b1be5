/** The push address: asked as WeChat asks it, with our token and key. */
import { doctorRules } from '../rules/doctor.ts'
import { second } from '../rules/time.ts'
import { isLoopback } from '../runtime/addresses.ts'
import type { ReachApp } from '../runtime/apps.ts'
import type { World } from '../runtime/world.ts'
import { writeBody } from '../verify/push/body.ts'
import { decodeAesKey, encryptMessage, signatureOf } from '../verify/push/cipher.ts'
import { received } from '../verify/push/reply.ts'
import { ok, problem, skipped, warning, type Verdict } from './check.ts'

export interface PushSender {
  world: Pick<World, 'clock' | 'random'>
  /** Of Node. It must follow no redirect when told so. */
  fetch: typeof fetch
}

/**
 * Sends the check that WeChat sends when an address is entered, and then an event that WeChat sends
 * for a test (`debug_demo`), encrypted as the settings say. The server remembers that this event
 * came, as of every push, for 48 hours; nothing else changes.
 *
 * @param base of the server, before `/v1/push/`
 */
export async function checkPush(
  app: ReachApp,
  base: string | undefined,
  sender: PushSender,
): Promise<Verdict> {
  const { appId, pushToken } = app
  if (pushToken === undefined) {
    return warning(
      'WECHAT_PUSH_TOKEN is not set: every push is refused, and no customer-service credit comes',
      'Copy it from 开发管理 → 消息推送.',
    )
  }
  if (base === undefined) {
    return skipped('its address is not known here', 'Add --push-url https://… to doctor.')
  }
  const url = new URL(`${base}/v1/push/${appId}`)
  const checked = await checkAddress(url, pushToken, sender)
  if (checked) return checked
  const refused = await checkEvent(url, { ...app, pushToken }, sender)
  if (refused) return refused
  if (url.port !== '' && !isLoopback(url.hostname)) {
    return warning(
      `${url.host} takes token and key, at a port that WeChat does not call`,
      'Serve it at port 443 of https, or 80 of http.',
    )
  }
  return ok(`${url.origin}${url.pathname} takes token and key`)
}

/** Sends the check of an address to the backend that pushes are forwarded to; it gets no push. */
export async function checkForwarding(app: ReachApp, sender: PushSender): Promise<Verdict> {
  const { forwardPushes, pushToken = '' } = app
  if (forwardPushes === undefined) return ok('none: REACH_FORWARD_PUSHES is not set')
  const url = new URL(forwardPushes)
  const { reply, isEcho } = await askForEcho(url, pushToken, sender)
  if ('failure' in reply) return unreachable(url, reply.failure)
  const { host, pathname } = url
  if (isEcho) return ok(`${host}${pathname} takes the token`)
  return problem(
    `${host}${pathname} answers the check of an address with ${reply.status}` +
      (reply.status === 200 ? ' and another text' : ''),
    'Correct REACH_FORWARD_PUSHES, and compare the token of the backend with WECHAT_PUSH_TOKEN.',
  )
}

async function askForEcho(url: URL, token: string, sender: PushSender) {
  const echostr = String(sender.world.random(6).readUIntBE(0, 6))
  const reply = await send(url, { ...signed(token, sender), echostr }, {}, sender)
  const isEcho = 'body' in reply && reply.status === 200 && reply.body === echostr
  return { reply, isEcho }
}

/** `undefined`: it answers with the echostr. */
async function checkAddress(url: URL, token: string, sender: PushSender) {
  const { reply, isEcho } = await askForEcho(url, token, sender)
  if (isEcho) return undefined
  if ('failure' in reply) return unreachable(url, reply.failure)
  return refusal(url, reply.status, 'Compare WECHAT_PUSH_TOKEN with that of the running server.')
}

/** `undefined`: it acknowledges the event. */
async function checkEvent(url: URL, app: ReachApp & { pushToken: string }, sender: PushSender) {
  const { appId, pushToken, pushAesKey = '', pushMode } = app
  const { clock, random } = sender.world
  const message = writeBody('json', {
    ToUserName: 'gh_wx_reach_doctor',
    FromUserName: 'wx-reach-doctor',
    CreateTime: Math.floor(clock.now() / second),
    MsgType: 'event',
    Event: 'debug_demo',
  })
  const stamp = signed(pushToken, sender)
  const key = pushMode === 'plain' ? undefined : decodeAesKey(pushAesKey)
  const encrypted = key && encryptMessage({ message, appId, key, random })
  const query = encrypted
    ? { ...stamp, msg_signature: signatureOf(pushToken, stamp, encrypted), encrypt_type: 'aes' }
    : stamp
  const body = encrypted ? writeBody('json', { ToUserName: '', Encrypt: encrypted }) : message
  const headers = { 'Content-Type': 'application/json' }
  const reply = await send(url, query, { method: 'POST', headers, body }, sender)
  if ('failure' in reply) return unreachable(url, reply.failure)
  if (reply.status === 200 && reply.body === received) return undefined
  return refusal(
    url,
    reply.status,
    'Compare WECHAT_PUSH_AES_KEY and WECHAT_PUSH_MODE with those of the running server; its log ' +
      'has the reason.',
  )
}

function signed(token: string, { world: { clock, random } }: PushSender) {
  const timestamp = String(Math.floor(clock.now() / second))
  const stamp = { timestamp, nonce: String(random(4).readUInt32BE()) }
  return { ...stamp, signature: signatureOf(token, stamp) }
}

async function send(url: URL, query: Record<string, string>, init: RequestInit, to: PushSender) {
  try {
    const signal = AbortSignal.timeout(doctorRules.callWithinMs)
    const address = `${url.href}${url.search === '' ? '?' : '&'}${new URLSearchParams(query)}`
    // WeChat follows no redirect.
    const reply = await to.fetch(address, { ...init, redirect: 'manual', signal })
    return { status: reply.status, body: await reply.text() }
  } catch (error) {
    const { name, cause } = error as Error
    return { failure: (cause as { code?: string } | undefined)?.code ?? name }
  }
}

const unreachable = ({ host }: URL, failure: string) =>
  problem(
    `${host} does not answer from here (${failure})`,
    'Look at its name, its certificate, the firewall and the proxy before the server.',
  )

function refusal({ pathname }: URL, status: number, advice: string): Verdict {
  const detail = `${pathname} answers ${status}`
  if (status === 403) return problem(detail, advice)
  if (status === 404) return problem(detail, 'Give the address with the prefix of your router.')
  if (status >= 300 && status < 400) return problem(detail, 'WeChat follows no redirect.')
  if (status === 200) return problem(`${pathname} answers with another text`, 'Let it reach serve.')
  return problem(detail, "Look at the server's log, and at /readyz.")
}
