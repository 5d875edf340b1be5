/** WeChat's words for channels, kinds and states, as its own console says them. */
import type { Channel, CreditKind, MessageState, Scope } from 'wx-reach-server/client'
import { dictionary } from './language.ts'

interface DomainWords {
  states: Record<MessageState, string>
  channels: Record<Channel, string>
  kinds: Record<CreditKind, string>
  scopes: Record<Scope, string>
}

export const domainWords = dictionary<DomainWords>(
  {
    states: {
      scheduled: '定时',
      queued: '排队',
      sent: '已送达',
      refused: '未发送',
      unknown: '结果未知',
      cancelled: '已取消',
    },
    channels: { template: '模板消息', subscribe: '订阅消息', customer: '客服消息' },
    kinds: {
      form: '表单',
      payment: '支付',
      subscription: '订阅',
      entered: '进入客服会话',
      wrote: '用户来信',
    },
    scopes: {
      send: '发送消息',
      read: '读取',
      token: 'access_token',
      session: '建立会话',
      decrypt: '解密',
      privacy: '导出与删除用户',
      webhooks: '管理 webhook',
      admin: '管理',
    },
  },
  {
    states: {
      scheduled: 'Scheduled',
      queued: 'Queued',
      sent: 'Sent',
      refused: 'Not sent',
      unknown: 'Unknown',
      cancelled: 'Cancelled',
    },
    channels: { template: 'Template', subscribe: 'Subscribe', customer: 'Customer service' },
    kinds: {
      form: 'Form',
      payment: 'Payment',
      subscription: 'Subscription',
      entered: 'Entered customer service',
      wrote: 'User wrote',
    },
    scopes: {
      send: 'send messages',
      read: 'read',
      token: 'access_token',
      session: 'create sessions',
      decrypt: 'decrypt',
      privacy: 'export and erase users',
      webhooks: 'manage webhooks',
      admin: 'administer',
    },
  },
)
