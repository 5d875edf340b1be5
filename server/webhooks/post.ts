/** One POST to a webhook: bounded in time and bytes, without redirects, to public addresses. */
import { Agent, request } from 'undici'
import { webhookRules } from '../rules/webhooks.ts'
import {
  createPublicLookup,
  isPublicAddress,
  literalAddress,
  privateAddress,
} from './public-address.ts'

export interface WebhookSettings {
  /** Also http, which shows the events to the network. Default: https alone. */
  allowHttp?: boolean
  /** Also addresses of this machine and of private networks. Default: public ones alone. */
  allowPrivate?: boolean
}

/** `failure`: a code of the system or of undici, or `TIMED_OUT`. */
export type Posted = { status: number } | { failure: string }

export interface Post {
  /** Never rejects. */
  (url: string, headers: Record<string, string>, body: string): Promise<Posted>
  close(): Promise<void>
}

export function createPost({ allowPrivate = false }: WebhookSettings): Post {
  const { connectWithinMs, replyWithinMs, maxReplyBytes } = webhookRules
  const agent = new Agent({
    connect: {
      timeout: connectWithinMs,
      ...(!allowPrivate && { lookup: createPublicLookup() }),
    },
  })

  const post = async (url: string, headers: Record<string, string>, body: string) => {
    try {
      // A connection to an address looks nothing up.
      const address = literalAddress(new URL(url))
      if (address !== undefined && !allowPrivate && !isPublicAddress(address)) {
        throw privateAddress()
      }
      const reply = await request(url, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'wx-reach' },
        body,
        dispatcher: agent,
        signal: AbortSignal.timeout(connectWithinMs + replyWithinMs),
        headersTimeout: replyWithinMs,
        bodyTimeout: replyWithinMs,
      })
      // The status is all that counts. A longer body ends the connection.
      await reply.body.dump({ limit: maxReplyBytes }).catch(() => {})
      return { status: reply.statusCode }
    } catch (error) {
      return { failure: codeOf(error) }
    }
  }
  return Object.assign(post, { close: () => agent.destroy() })
}

function codeOf(error: unknown): string {
  const { code, name, cause } = error as { code?: unknown; name?: string; cause?: unknown }
  if (name === 'TimeoutError') return 'TIMED_OUT'
  if (typeof code === 'string') return code
  return cause === undefined ? 'OTHER' : codeOf(cause)
}
