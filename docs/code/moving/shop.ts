import type WeChatApi from 'co-wechat-api'
import type { ReachApi, SubscribeMessageRequest } from 'wx-reach-server/client'

interface Order extends Omit<SubscribeMessageRequest, 'channel'> {
  id: string
}

export const createShop = (api: WeChatApi, reach: ReachApi) => ({
  // Before: await api.sendSubscribeMessage(openId, templateId, page, data)
  async remind({ id, ...message }: Order): Promise<string> {
    const { state, reason } = await reach.messages.send(
      { channel: 'subscribe', ...message },
      { idempotencyKey: `reminder-${id}` },
    )
    return reason?.code ?? state
  },

  // What wx-reach does not do stays as it is.
  serverAddresses: () => api.getIp(),
})
