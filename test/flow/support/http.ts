/** One HTTP call over node:http: jsdom has no fetch. */
import { request } from 'node:http'

interface CallOptions {
  method?: string
  headers?: Record<string, string>
  body?: unknown
}

export interface CallReply {
  status: number
  headers: Record<string, string>
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests know its shape
  body: any
}

/** Rejects only where there is no reply. A body that is not JSON comes back as text. */
export function call(url: string, options: CallOptions = {}): Promise<CallReply> {
  const { method = 'GET', headers = {}, body } = options
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (reply) => {
      let text = ''
      reply.setEncoding('utf8')
      reply.on('data', (chunk: string) => (text += chunk))
      reply.on('error', reject)
      reply.on('end', () =>
        resolve({
          status: reply.statusCode!,
          headers: reply.headers as Record<string, string>,
          body: parse(text),
        }),
      )
    })
    sent.on('error', reject)
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
