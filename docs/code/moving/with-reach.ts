import type { MessageState, ReachApi, TemplateMessageRequest } from 'wx-reach-server/client'

/** The same sender. The phone reports formIds; the server has token, retries and outcome. */
export const createSender = (reach: ReachApi) => ({
  async send(
    orderId: string,
    message: Omit<TemplateMessageRequest, 'channel'>,
  ): Promise<MessageState> {
    const { state } = await reach.messages.send(
      { channel: 'template', ...message },
      { idempotencyKey: `order-${orderId}` },
    )
    return state
  },
})
