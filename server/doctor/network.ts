/** The way to WeChat: the proxy, and an answer of WeChat through it or without it. */
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Config } from '../config/config.ts'
import { doctorRules } from '../rules/doctor.ts'
import { failureOf } from '../wechat/call-errors.ts'
import type { WechatHttp } from '../wechat/http.ts'
import { ok, problem, type Checked, type Checks, type Outcome } from './check.ts'

interface NetworkChecks {
  checks: Promise<Checked<unknown>>[]
  /** Has its value once WeChat answers. */
  reached: Promise<Checked<true>>
}

export function checkNetwork(
  { apiBase, proxy }: Pick<Config, 'apiBase' | 'proxy'>,
  { run, after }: Checks,
  http: WechatHttp,
): NetworkChecks {
  const proxied = run({ name: 'proxy' }, () => checkProxy(proxy))
  const reached = after(proxied, { name: 'wechat' }, async (): Promise<Outcome<true>> => {
    // Refused for the lack of a token, which is an answer; it counts for no app.
    const reply = await http.call({ method: 'GET', path: '/cgi-bin/getcallbackip' })
    if (reply.result === 'answered') return ok(`${apiBase} answers`, true)
    return problem(failureOf(reply.cause).detail)
  })
  return { checks: [proxied, reached], reached }
}

/** Names the host alone: the address may hold a password. */
async function checkProxy(proxy: string | undefined): Promise<Outcome<true>> {
  if (proxy === undefined) return ok('none is set: WeChat is called directly', true)
  const { protocol, hostname, port, host } = new URL(proxy)
  const socket = connect({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (protocol === 'https:' ? 443 : 80),
    timeout: doctorRules.callWithinMs,
  })
  socket.on('timeout', () => socket.destroy(new Error('ETIMEDOUT')))
  try {
    await once(socket, 'connect')
    return ok(`${host} takes connections`, true)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return problem(
      `${host} takes no connection (${code ?? message})`,
      'Correct REACH_HTTPS_PROXY or HTTPS_PROXY, or let NO_PROXY name the host of WeChat.',
    )
  } finally {
    socket.destroy()
  }
}
