/**
 * https as api.weixin.qq.com, and a proxy for this host alone, on one port. An SDK whose base
 * address is fixed finds the sandbox by `HTTPS_PROXY`, or by a hosts file that names this machine.
 */
import { createServer as createHttpServer, STATUS_CODES } from 'node:http'
import type { RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import {
  createSystemClock,
  silentLog,
  until,
  type Log,
  type PlatformClock,
} from '../../runtime/world.ts'
import { handshakeRecord, tlsRules, wechatHost } from '../rules/tls.ts'
import { openAuthority } from './authority.ts'
import { endOf, issueCertificate } from './certificate.ts'

export interface TlsOptions {
  /** Of the CA. It is made if it does not exist. */
  folder: string
  /** Default: 0, any free port. */
  port?: number
  /** What certificates end by: the clock of the clients, not the one that the sandbox advances. */
  clock?: PlatformClock
  /** Receives failures to renew the certificate. Default: none. */
  log?: Log
}

export interface ListeningTls {
  /** For `HTTPS_PROXY`. */
  proxyUrl: string
  /** The absolute path of the CA's certificate, for the clients to trust. */
  caFile: string
  /** When the CA's certificate ends. It is renewed 30 days before, in the same file. */
  caEndsAtMs: number
  close(): Promise<void>
}

const refusal =
  `The sandbox answers as ${wechatHost}, port ${tlsRules.port}, alone and forwards nothing. ` +
  'Name other hosts in NO_PROXY.\n'

/**
 * Serves `listener`. A certificate that nears its end is renewed while the server runs.
 *
 * @throws Error when the address is in use, or the folder is not safe: see `openAuthority`
 */
export async function listenTls(
  listener: RequestListener,
  host: string,
  { folder, port = 0, clock = createSystemClock(), log = silentLog }: TlsOptions,
): Promise<ListeningTls> {
  const authority = await openAuthority(folder, clock.now())
  const first = issueCertificate(authority, wechatHost, clock.now())
  const https = createHttpsServer(
    { key: first.key, cert: first.certificate, requireHostHeader: false },
    listener,
  )
  const closed = new AbortController()
  void keepRenewed(first.endsAtMs, closed.signal)

  async function keepRenewed(firstEndsAtMs: number, signal: AbortSignal): Promise<void> {
    let dueMs = firstEndsAtMs - tlsRules.renewBeforeMs
    for (;;) {
      await until(clock, dueMs, signal)
      if (signal.aborted) return
      try {
        const renewed = await openAuthority(folder, clock.now())
        const { key, certificate, endsAtMs } = issueCertificate(renewed, wechatHost, clock.now())
        https.setSecureContext({ key, cert: certificate })
        dueMs = endsAtMs - tlsRules.renewBeforeMs
      } catch (error) {
        log.error({ error }, 'the certificate of the sandbox was not renewed')
        dueMs = clock.now() + tlsRules.renewAgainAfterMs
      }
    }
  }

  const proxy = createHttpServer((_request, response) => {
    response.writeHead(403, { 'Content-Type': 'text/plain' }).end(refusal)
  })
  proxy.on('connect', ({ url }, socket: Duplex, head: Buffer) => {
    if (url?.toLowerCase() !== `${wechatHost}:${tlsRules.port}`) return refuse(socket)
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    socket.unshift(head)
    https.emit('connection', socket)
  })

  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    // A client that leaves early, or does not trust the CA, ends its own connection alone.
    socket.on('error', () => socket.destroy())
    socket.once('readable', () => {
      const start = socket.read() as Buffer | null
      if (start === null) return
      socket.unshift(start)
      const isTls = start[0] === handshakeRecord
      ;(isTls ? https : proxy).emit('connection', socket)
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const { port: taken, address, family } = server.address() as AddressInfo
  return {
    proxyUrl: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`,
    caFile: authority.file,
    caEndsAtMs: endOf(authority.certificate),
    close: () =>
      new Promise((resolve) => {
        closed.abort()
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      }),
  }
}

function refuse(socket: Duplex): void {
  const head = [
    `HTTP/1.1 403 ${STATUS_CODES[403]}`,
    'Content-Type: text/plain',
    `Content-Length: ${Buffer.byteLength(refusal)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${refusal}`)
}
