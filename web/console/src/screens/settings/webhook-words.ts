import type { WebhookDelivery, WebhookEventType, WebhookReply } from 'wx-reach-server/client'
import { dictionary } from '../../words/language.ts'

interface WebhookWords {
  says: string
  make: string
  url: string
  urlHint: string
  urlBad: string
  events: string
  eventNames: Record<WebhookEventType, string>
  noEvents: string
  secretTitle: string
  secretSays: string
  states: Record<WebhookReply['state'], string>
  waiting: string
  dead: string
  failingSince: string
  disabledAt: string
  disabledNext: string
  failingNext: string
  refresh: string
  none: string
  noneNext: string
  panel: string
  show: string
  deliveries: string
  deliveryStates: Record<WebhookDelivery['state'], string>
  event: string
  state: string
  attempts: string
  at: string
  tried: string
  reply: string
  noDeliveries: string
  noDeliveriesNext: string
  replayDead: (n: number) => string
  replayDeadSays: string
  replaySpan: string
  replaySpanSays: string
  since: string
  until: string
  replay: string
  replayed: (n: number) => string
  remove: string
  removeTitle: string
  removeSays: string
  removed: string
}

export const webhookWords = dictionary<WebhookWords>(
  {
    says: 'Webhook 把发生的事告诉你的后端：至少一次，失败时重试约 28 小时，之后成为死信。',
    make: '新建 webhook',
    url: '地址',
    urlHint: '必须是公网的 https 地址，除非服务器允许其他地址。',
    urlBad: '请填写 https:// 开头的完整地址。',
    events: '事件',
    eventNames: {
      'message.settled': '消息有了结果',
      'credit.recorded': '记录了发送机会',
      'credit.ending': '发送机会一天内到期',
      'subscription.revoked': '用户撤回订阅',
      'group.joined': '用户加入群',
      'channel.suspended': '通道被停用',
      'broadcast.changed': '群发有了变化',
    },
    noEvents: '请至少选一种事件。',
    secretTitle: '请现在复制密钥',
    secretSays: '你的后端用它验证签名。它只显示这一次。',
    states: { enabled: '正常', failing: '失败中', disabled: '已停用' },
    waiting: '等待',
    dead: '死信',
    failingSince: '失败始于',
    disabledAt: '停用于',
    disabledNext: '请修复接收端，然后重发死信：重发会重新启用它。停用期间发生的事不会补发。',
    failingNext: '请修复接收端：事件会自动重试。',
    refresh: '刷新',
    none: '还没有 webhook',
    noneNext: '新建一个，或用 POST /v1/webhooks 创建。',
    panel: 'Webhook',
    show: '查看投递',
    deliveries: '最近 14 天的投递',
    deliveryStates: { waiting: '等待', delivered: '已送达', dead: '死信' },
    event: '事件',
    state: '状态',
    attempts: '次数',
    at: '发生于',
    tried: '上次尝试',
    reply: '答复',
    noDeliveries: '没有投递',
    noDeliveriesNext: '发生了它订阅的事件后会出现在这里。',
    replayDead: (n) => `重发 ${n} 条死信`,
    replayDeadSays: '以原来的 webhook-id 再发一次。如果 webhook 已停用，会重新启用。',
    replaySpan: '重发一段时间…',
    replaySpanSays: '这段时间的全部事件再发一次，已送达的也发；webhook-id 不变，接收端可以去重。',
    since: '从',
    until: '到（可空：现在）',
    replay: '重发',
    replayed: (n) => `已排队重发 ${n} 条`,
    remove: '删除',
    removeTitle: '删除这个 webhook？',
    removeSays: '等待的事件和死信一并删除，不再通知这个地址。',
    removed: '已删除',
  },
  {
    says:
      'A webhook tells your backend what happens: at least once, tried again for about 28 ' +
      'hours. After that an event is a dead letter.',
    make: 'New webhook',
    url: 'Address',
    urlHint: 'A public https address, unless the server permits others.',
    urlBad: 'Give a whole address that begins with https://.',
    events: 'Events',
    eventNames: {
      'message.settled': 'a message has an outcome',
      'credit.recorded': 'a send right was recorded',
      'credit.ending': 'a send right ends within a day',
      'subscription.revoked': 'a user revoked a subscription',
      'group.joined': 'a user joined a group',
      'channel.suspended': 'a channel was suspended',
      'broadcast.changed': 'a broadcast changed',
    },
    noEvents: 'Choose at least one event.',
    secretTitle: 'Copy the secret now',
    secretSays: 'Your backend verifies signatures with it. It is shown this once.',
    states: { enabled: 'Enabled', failing: 'Failing', disabled: 'Disabled' },
    waiting: 'Waiting',
    dead: 'Dead letters',
    failingSince: 'Failing since',
    disabledAt: 'Disabled',
    disabledNext:
      'Repair the receiver, then replay the dead letters: that enables it again. What happened ' +
      'while it was disabled is not told.',
    failingNext: 'Repair the receiver: events are tried again automatically.',
    refresh: 'Refresh',
    none: 'No webhooks yet',
    noneNext: 'Make one here, or by POST /v1/webhooks.',
    panel: 'Webhook',
    show: 'Deliveries',
    deliveries: 'Deliveries of the last 14 days',
    deliveryStates: { waiting: 'Waiting', delivered: 'Delivered', dead: 'Dead letter' },
    event: 'Event',
    state: 'State',
    attempts: 'Tries',
    at: 'Happened',
    tried: 'Last try',
    reply: 'Reply',
    noDeliveries: 'No deliveries',
    noDeliveriesNext: 'They appear here once an event that it receives happens.',
    replayDead: (n) => `Replay ${n} dead letters`,
    replayDeadSays: 'They are sent again under their webhook-id. A disabled webhook is enabled.',
    replaySpan: 'Replay a span of time…',
    replaySpanSays:
      'All events of the span are sent again, delivered ones too, under their webhook-id, by ' +
      'which the receiver can tell them.',
    since: 'From',
    until: 'Until (optional: now)',
    replay: 'Replay',
    replayed: (n) => `${n} events are sent again`,
    remove: 'Delete',
    removeTitle: 'Delete this webhook?',
    removeSays: 'What waits and the dead letters are deleted, too. The address is told no more.',
    removed: 'Deleted',
  },
)
