import type { ChannelStatus } from 'wx-reach-server/client'
import { dictionary } from '../../words/language.ts'

interface OverviewWords {
  title: string
  says: string
  rights: string
  kind: string
  users: string
  uses: string
  hour: string
  day: string
  week: string
  unlimited: (n: number) => string
  noRights: string
  noRightsNext: string
  ending: string
  endingSays: string
  now: string
  chosenHour: string
  left: (time: string, left: number, ending: number) => string
  noEnding: string
  messages: string
  noMessages: string
  noMessagesNext: string
  compose: string
  allMessages: string
  platform: string
  token: string
  tokenUntil: string
  noToken: string
  tokenRefused: string
  channels: string
  channelStates: Record<ChannelStatus['state'], string>
  until: string
  backlog: string
  backlogOf: (queued: number, sending: number) => string
  oldest: string
  atLeast: string
  today: string
  codes: string
  codesOf: (used: number, limit: number) => string
  codesExhausted: string
  erasures: string
  computed: string
}

export const overviewWords = dictionary<OverviewWords>(
  {
    title: '概览',
    says: '现在可以给谁发消息，什么即将到期，最近发生了什么。',
    rights: '现在可用的发送机会',
    kind: '类型',
    users: '用户',
    uses: '机会',
    hour: '1 小时内到期',
    day: '24 小时内',
    week: '7 天内',
    unlimited: (n: number) => `另有 ${n} 个不限次数`,
    noRights: '还没有发送机会',
    noRightsNext: '用户提交表单、支付、同意订阅或写信给客服后，机会会出现在这里。',
    ending: '7 天内到期的机会',
    endingSays: '还剩多少，按小时',
    now: '现在',
    chosenHour: '时刻',
    left: (time, left, ending) => `${time}：还剩 ${left} 次，这一小时内到期 ${ending} 次`,
    noEnding: '7 天内没有机会到期。',
    messages: '最近 24 小时的消息',
    noMessages: '最近 24 小时没有消息',
    noMessagesNext: '选一位有发送机会的用户，给他发一条。',
    compose: '去发送',
    allMessages: '全部消息',
    platform: '平台',
    token: 'access_token',
    tokenUntil: '有效至',
    noToken: '还没有获取',
    tokenRefused: '微信不给 access_token',
    channels: '通道',
    channelStates: { open: '正常', paused: '已暂停', shut: '被微信停用', retired: '此版规则没有' },
    until: '至',
    backlog: '处理中',
    backlogOf: (queued: number, sending: number) => `排队 ${queued}，发送中 ${sending}`,
    oldest: '最早',
    atLeast: '至少',
    today: '今天已发送',
    codes: '永久小程序码',
    codesOf: (used: number, limit: number) => `${used} / ${limit}`,
    codesExhausted: '微信报告数量已用完',
    erasures: '正在清除的用户',
    computed: '统计于',
  },
  {
    title: 'Overview',
    says: 'Who can be written to now, what ends soon, and what happened.',
    rights: 'Usable send rights',
    kind: 'Kind',
    users: 'Users',
    uses: 'Uses',
    hour: 'End within 1 hour',
    day: '24 hours',
    week: '7 days',
    unlimited: (n: number) => `and ${n} without a limit`,
    noRights: 'No send right yet',
    noRightsNext:
      'Rights appear here once users submit a form, pay, accept a subscription or write to ' +
      'customer service.',
    ending: 'Rights that end within 7 days',
    endingSays: 'How many of them are left, by the hour',
    now: 'now',
    chosenHour: 'Time',
    left: (time, left, ending) => `${time}: ${left} left, ${ending} end within the hour`,
    noEnding: 'No right ends within 7 days.',
    messages: 'Messages of the last 24 hours',
    noMessages: 'No message in the last 24 hours',
    noMessagesNext: 'Choose a user who holds a send right, and write to them.',
    compose: 'Compose',
    allMessages: 'All messages',
    platform: 'Platform',
    token: 'access_token',
    tokenUntil: 'valid until',
    noToken: 'Not fetched yet',
    tokenRefused: 'WeChat gives no access_token',
    channels: 'Channels',
    channelStates: {
      open: 'Open',
      paused: 'Paused',
      shut: 'Shut by WeChat',
      retired: 'Not in this edition',
    },
    until: 'until',
    backlog: 'Under way',
    backlogOf: (queued: number, sending: number) => `${queued} queued, ${sending} being sent`,
    oldest: 'oldest',
    atLeast: 'at least',
    today: 'Sent today',
    codes: 'Lasting codes',
    codesOf: (used: number, limit: number) => `${used} of ${limit}`,
    codesExhausted: 'WeChat reports that none are left',
    erasures: 'Users being cleared',
    computed: 'counted',
  },
)
