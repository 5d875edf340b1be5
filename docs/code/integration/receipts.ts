import { RetryLaterError, type MessageState, type ReachApi } from 'wx-reach-server/client'

export interface Order {
  id: string
  openId: string
  what: string
}

/** One receipt an order, however often it is called: your queue calls again after `later`. */
export async function sendReceipt(reach: ReachApi, order: Order): Promise<MessageState | 'later'> {
  try {
    const { state } = await reach.messages.send(
      {
        channel: 'subscribe',
        openId: order.openId,
        templateId: 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc',
        page: `pages/order/order?id=${order.id}`,
        data: { character_string1: { value: order.id }, thing2: { value: order.what } },
      },
      { idempotencyKey: `receipt-${order.id}` },
    )
    // A user who holds no credit is no error: the state is `refused`, and `reason` says why.
    return state
  } catch (error) {
    if (error instanceof RetryLaterError) return 'later'
    throw error
  }
}
