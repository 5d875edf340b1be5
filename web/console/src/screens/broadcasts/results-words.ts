import { dictionary } from '../../words/language.ts'

export const percentOf = (part: number, whole: number) =>
  whole === 0 ? '–' : `${Math.round((1_000 * part) / whole) / 10}%`

export const resultsWords = dictionary(
  {
    title: '效果',
    byTag: '按标签（30 天内）',
    noTag: '不看标签',
    granted: '产生的次数',
    ended: '没用就结束',
    tagExplains: '产生和结束按次数计，其余按用掉下发权的消息计；打开和再次同意只计群发。',
    sent: '已发送',
    refused: '未发送',
    unknown: '结果未知',
    delivered: '微信报告已送达',
    undelivered: '微信报告未送达',
    opened: '已打开',
    renewed: '再次同意',
    ofSent: (percent: string) => `占已发送的 ${percent}`,
    explains: '打开：七天内由通知进入；再次同意：打开后七天内又产生下发权。每人各计一次。',
    chart: (sent: number, opened: number, buckets: number) =>
      `${buckets} 个时段：发送 ${sent}，打开 ${opened}`,
    compared: '对照组比较（开始后七天内活跃）',
    heldOut: '对照组',
    others: '收到消息的人',
    activeOf: (active: number, users: number, percent: string) =>
      `${users} 人中 ${active} 人活跃，${percent}`,
  },
  {
    title: 'What came of it',
    byTag: 'By tag, in 30 days',
    noTag: 'No tag',
    granted: 'Granted',
    ended: 'Ended unused',
    tagExplains:
      'Granted and ended count uses of rights, the rest messages that took one; opened and asked ' +
      'again are of broadcasts.',
    sent: 'Sent',
    refused: 'Not sent',
    unknown: 'Outcome unknown',
    delivered: 'Delivered, WeChat reports',
    undelivered: 'Not delivered, WeChat reports',
    opened: 'Opened',
    renewed: 'Asked again',
    ofSent: (percent: string) => `${percent} of those sent`,
    explains:
      'Opened: came by the notice within seven days. Asked again: a send right arose within ' +
      'seven days after that. Each user counts once.',
    chart: (sent: number, opened: number, buckets: number) =>
      `${buckets} spans of time: ${sent} sent, ${opened} opened`,
    compared: 'Held out, compared (active in the seven days from the start)',
    heldOut: 'Held out',
    others: 'Sent to',
    activeOf: (active: number, users: number, percent: string) =>
      `${active} of ${users} were active, ${percent}`,
  },
)
