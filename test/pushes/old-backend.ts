/** The backend that had the push address before: a plain HTTP server. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface SeenPush {
  path: string
  query: string
  contentType: string | undefined
  body: string
}

export interface OldBackend {
  url: string
  seen: SeenPush[]
  /** How it replies from now on. Default: `success`. */
  reply(act: (response: ServerResponse) => void): void
  /** Resolves once so many pushes came. */
  saw(count: number): Promise<void>
  close(): Promise<void>
}

export async function startOldBackend(): Promise<OldBackend> {
  const seen: SeenPush[] = []
  let act: Parameters<OldBackend['reply']>[0] = (response) => response.end('success')
  let waiting: (() => void)[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const [path = '', query = ''] = (request.url ?? '').split('?')
      const body = Buffer.concat(chunks).toString()
      seen.push({ path, query, contentType: request.headers['content-type'], body })
      act(response)
      for (const wake of waiting.splice(0)) wake()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/wechat/push`,
    seen,
    reply: (given) => void (act = given),
    async saw(count) {
      while (seen.length < count) {
        await new Promise<void>((resolve) => (waiting = [...waiting, resolve]))
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
