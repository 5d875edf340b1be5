import { dictionary } from '../../words/language.ts'

export const pushesWords = dictionary(
  {
    title: '消息推送',
    says: '微信在最近 48 小时内推送的消息和事件，最新的在前。',
    received: '收到',
    type: '类型',
    user: '用户',
    summary: '内容',
    notKept: '内容没有保存',
    notKeptNext:
      '送达报告、未知用户的推送以及超过 REACH_PUSH_CONTENT_DAYS 的内容不保存；查看内容需要 send 或 privacy 权限。',
    panel: '推送',
    gone: '这条推送不在已加载的列表里',
    empty: '还没有收到推送',
    emptyNext:
      '在微信公众平台「开发管理 → 消息推送」填写 /v1/push/<appId>。用 doctor 可以检查地址。',
    doctor: '检查推送地址',
    conversation: '客服会话',
  },
  {
    title: 'Pushes',
    says: 'Messages and events that WeChat pushed within the last 48 hours, newest first.',
    received: 'Received',
    type: 'Type',
    user: 'User',
    summary: 'Content',
    notKept: 'The content is not kept',
    notKeptNext:
      'Delivery reports, pushes of unknown users and what is older than REACH_PUSH_CONTENT_DAYS ' +
      'are not kept; reading content needs the scope send or privacy.',
    panel: 'Push',
    gone: 'This push is not among those that are loaded',
    empty: 'No push yet',
    emptyNext:
      'Enter /v1/push/<appId> in the WeChat console under 开发管理 → 消息推送. doctor checks the ' +
      'address.',
    doctor: 'Check the push address',
    conversation: 'Conversation',
  },
)
