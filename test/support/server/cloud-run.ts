/** 微信云托管 between a server and the sandbox: it adds the access_token to calls without one. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { app as usualApp } from './start-reach.ts'

export interface CloudRun {
  /** In place of http://api.weixin.qq.com. */
  url: string
  /** Where the calls go. */
  setPlatform(url: string): void
  /** Paths with query, as the server called them. */
  calls: string[]
  /** Whether 开放接口服务 is on. */
  setOn(isOn: boolean): void
  close(): Promise<void>
}

export async function startCloudRun({ appId, secret } = usualApp): Promise<CloudRun> {
  let platform = ''
  let isOn = true
  const calls: string[] = []

  async function fetchToken(): Promise<string> {
    const body = JSON.stringify({ grant_type: 'client_credential', appid: appId, secret })
    const reply = await fetch(`${platform}/cgi-bin/stable_token`, { method: 'POST', body })
    return ((await reply.json()) as { access_token: string }).access_token
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => void forward(Buffer.concat(chunks)))
    async function forward(body: Buffer): Promise<void> {
      const { method = 'GET', url = '/' } = request
      calls.push(url)
      const target = new URL(platform + url)
      if (isOn && !target.searchParams.has('appid')) {
        target.searchParams.set('access_token', await fetchToken())
      }
      const contentType = request.headers['content-type']
      const reply = await fetch(target, {
        method,
        ...(contentType !== undefined && { headers: { 'Content-Type': contentType } }),
        ...(body.length > 0 && { body: new Uint8Array(body) }),
      })
      const bytes = Buffer.from(await reply.arrayBuffer())
      response.writeHead(reply.status, { 'Content-Type': reply.headers.get('Content-Type') ?? '' })
      response.end(bytes)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setPlatform: (url) => void (platform = url),
    calls,
    setOn: (given) => void (isOn = given),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
