/** A backend that calls the server over HTTP, compiled against what npm packs. */
import { createReachClient, FixRequestError, RetryLaterError } from 'wx-reach-server/client'
import type { Message, ReachApi } from 'wx-reach-server/client'

export const reach: ReachApi = createReachClient({
  baseUrl: 'https://reach.example.com',
  apiKey: 'the-key',
})

export async function send(openId: string, orderId: string): Promise<Message['state'] | 'later'> {
  try {
    const { state, reason } = await reach.messages.send(
      { channel: 'subscribe', openId, templateId: 'a', data: { thing1: { value: 'Coffee' } } },
      { idempotencyKey: orderId },
    )
    return reason?.code === 'no_credit' ? 'refused' : state
  } catch (error) {
    if (error instanceof RetryLaterError) return 'later'
    if (error instanceof FixRequestError) throw new Error(error.errors?.[0]?.path, { cause: error })
    throw error
  }
}

// @ts-expect-error -- an image is for a message, a card or a link
void reach.media.upload(new Uint8Array(), 'poster')
