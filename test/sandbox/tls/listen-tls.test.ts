import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { request, type IncomingMessage } from 'node:http'
import { connect as connectTcp, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { connect as connectTls } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { fetch, ProxyAgent } from 'undici'
import { createAdvancingClock, type Log } from '../../../server/runtime/world.ts'
import { createSandbox } from '../../../server/sandbox/index.ts'
import { listenSandbox, type ListeningSandbox } from '../../../server/sandbox/listen.ts'
import { wechatHost } from '../../../server/sandbox/rules/tls.ts'
import type { TlsOptions } from '../../../server/sandbox/tls/listen-tls.ts'

const day = 86_400_000
/** So long ago that what is renewed is valid on the clock of this machine. */
const createEarlierClock = () => createAdvancingClock(() => Date.now() - 62 * day)
const app = { appId: 'wx1', secret: 'one' }
const tokenUrl =
  `https://${wechatHost}/cgi-bin/token?grant_type=client_credential` +
  `&appid=${app.appId}&secret=${app.secret}`

let parent: string
let folder: string
let running: ListeningSandbox | undefined
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'listen-tls-'))
  folder = join(parent, 'tls')
})
afterEach(async () => {
  await running?.close()
  running = undefined
  await rm(parent, { recursive: true })
})

async function started(options: Partial<TlsOptions> = {}) {
  running = await listenSandbox({ apps: [app], tls: { folder, ...options } })
  const { proxyUrl, caFile } = running.tls!
  return { proxyUrl, ca: await readFile(caFile, 'utf8') }
}

/** Asks the proxy for a tunnel, as bytes, and resolves with all that it answers. */
async function connectAnswer(proxyUrl: string, target: string): Promise<string> {
  const { hostname, port } = new URL(proxyUrl)
  const socket = connectTcp(Number(port), hostname)
  socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`)
  return text(socket)
}

/** The certificate that a client is shown which connects without the proxy. */
async function shownCertificate(proxyUrl: string, ca: string) {
  const { hostname: host, port } = new URL(proxyUrl)
  const socket = connectTls({ host, port: Number(port), servername: wechatHost, ca })
  await once(socket, 'secureConnect')
  const shown = socket.getPeerX509Certificate()!
  socket.destroy()
  return shown
}

describe('the sandbox by https', () => {
  it("serves Node's fetch through a proxy agent that trusts its CA", async () => {
    const { proxyUrl, ca } = await started()
    const dispatcher = new ProxyAgent({ uri: proxyUrl, requestTls: { ca } })
    const replies = [await fetch(tokenUrl, { dispatcher }), await fetch(tokenUrl, { dispatcher })]
    for (const reply of replies) expect(await reply.json()).toMatchObject({ expires_in: 7_200 })
    await dispatcher.close()
  })

  it('is a library too', async () => {
    await using wechat = await createSandbox({ tls: { folder } })
    const { proxyUrl, caFile } = wechat.tls!
    const dispatcher = new ProxyAgent({
      uri: proxyUrl,
      requestTls: { ca: await readFile(caFile, 'utf8') },
    })
    const { openId } = await wechat.control.addUser()
    const inbox = await fetch(`https://${wechatHost}/sandbox/inbox/${openId}`, { dispatcher })
    expect(inbox.status).toBe(200)
    await dispatcher.close()
  })

  it('serves it the same state as by http', async () => {
    const { proxyUrl, ca } = await started()
    await fetch(`${running!.url}/sandbox/users`, { method: 'POST', body: '{"openId":"alice"}' })
    const dispatcher = new ProxyAgent({ uri: proxyUrl, requestTls: { ca } })
    const users = await fetch(`https://${wechatHost}/sandbox/inbox/alice`, { dispatcher })
    expect(users.status).toBe(200)
    await dispatcher.close()
  })

  it('serves every world', async () => {
    const { proxyUrl, ca } = await started()
    await running!.world('a').control.addUser({ openId: 'alice' })
    const dispatcher = new ProxyAgent({ uri: proxyUrl, requestTls: { ca } })
    const inbox = `https://${wechatHost}/sandbox/inbox/alice`
    const headers = { 'X-Sandbox-World': 'a' }
    const statuses = [
      await fetch(inbox, { dispatcher, headers }),
      await fetch(inbox, { dispatcher }),
    ]
    expect(statuses.map(({ status }) => status)).toEqual([200, 404])
    await dispatcher.close()
  })

  it('serves clients without a proxy, whose hosts file names this machine', async () => {
    const { proxyUrl, ca } = await started()
    const shown = await shownCertificate(proxyUrl, ca)
    expect(shown.subjectAltName).toBe(`DNS:${wechatHost}`)
  })

  it('is refused by a client that does not trust its CA, and serves the next one', async () => {
    const { proxyUrl, ca } = await started()
    const untrusting = new ProxyAgent({ uri: proxyUrl })
    await expect(fetch(tokenUrl, { dispatcher: untrusting })).rejects.toThrow('fetch failed')
    const trusting = new ProxyAgent({ uri: proxyUrl, requestTls: { ca } })
    expect((await fetch(tokenUrl, { dispatcher: trusting })).status).toBe(200)
    await Promise.all([untrusting.destroy(), trusting.close()])
  })

  it.each([
    'example.com:443',
    'mp.weixin.qq.com:443',
    `${wechatHost}.example.com:443`,
    `${wechatHost}:80`,
    `${wechatHost}`,
    '127.0.0.1:443',
  ])('is no proxy for %s', async (target) => {
    const { proxyUrl } = await started()
    const answer = await connectAnswer(proxyUrl, target)
    expect(answer).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/)
    expect(answer).toMatch(
      /answers as api\.weixin\.qq\.com, port 443, alone and forwards nothing\./,
    )
  })

  it('takes the host in capitals too', async () => {
    const { proxyUrl } = await started()
    const asked = request(proxyUrl, { method: 'CONNECT', path: `${wechatHost.toUpperCase()}:443` })
    const [{ statusCode }, socket] = (await once(asked.end(), 'connect')) as [
      IncomingMessage,
      Socket,
    ]
    expect(statusCode).toBe(200)
    socket.destroy()
  })

  it('forwards no plain request', async () => {
    const { proxyUrl } = await started()
    const reply = await fetch(proxyUrl)
    expect(reply.status).toBe(403)
    expect(await reply.text()).toContain('forwards nothing')
  })

  it('renews its certificate before the end, while it runs', async () => {
    const clock = createEarlierClock()
    const { proxyUrl, ca } = await started({ clock })
    const first = await shownCertificate(proxyUrl, ca)
    clock.advance(59 * day)
    expect((await shownCertificate(proxyUrl, ca)).raw).toEqual(first.raw)
    clock.advance(1 * day)
    await expectRenewed(proxyUrl, ca, first.fingerprint256)
  })

  it('reports a failed renewal, keeps the certificate, and tries again a day later', async () => {
    const clock = createEarlierClock()
    let report: (message: string) => void = () => {}
    const reported = new Promise<string>((resolve) => (report = resolve))
    const ignore = () => {}
    const log: Log = { debug: ignore, info: ignore, warn: ignore, error: (_, told) => report(told) }
    const { proxyUrl, ca } = await started({ clock, log })
    const first = await shownCertificate(proxyUrl, ca)
    const key = join(folder, 'ca.key')
    const stored = await readFile(key)
    await writeFile(key, 'damaged')
    clock.advance(60 * day)
    expect(await reported).toBe('the certificate of the sandbox was not renewed')
    expect((await shownCertificate(proxyUrl, ca)).raw).toEqual(first.raw)
    await writeFile(key, stored)
    clock.advance(1 * day)
    await expectRenewed(proxyUrl, ca, first.fingerprint256)
  })

  it('stops with connections open, and leaves its port', async () => {
    const { proxyUrl } = await started()
    const { hostname, port } = new URL(proxyUrl)
    const idle = connectTcp(Number(port), hostname)
    await once(idle, 'connect')
    await running!.close()
    running = undefined
    idle.resume()
    await once(idle, 'close')
    const { tls, close } = await listenSandbox({ apps: [app], tls: { folder, port: Number(port) } })
    expect(tls!.proxyUrl).toBe(proxyUrl)
    await close()
  })

  it('does not listen at all when its folder is refused', async () => {
    await started()
    const port = Number(new URL(running!.url).port)
    await running!.close()
    running = undefined
    await writeFile(join(folder, 'ca.key'), 'damaged')
    const options = { apps: [app], port, tls: { folder } }
    await expect(listenSandbox(options)).rejects.toThrow('is no private key')
    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow('fetch failed')
  })
})

/** The renewal reads files: it is done a few turns of the event loop after it is due. */
async function expectRenewed(proxyUrl: string, ca: string, before: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const { fingerprint256 } = await shownCertificate(proxyUrl, ca)
    if (fingerprint256 !== before) return
  }
  expect(before).toBe('renewed')
}
