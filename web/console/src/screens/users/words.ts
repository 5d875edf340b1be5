import type { CreditEvent } from 'wx-reach-server/client'
import { dictionary } from '../../words/language.ts'

interface UsersWords {
  title: string
  says: string
  find: string
  kind: string
  template: string
  user: string
  uses: string
  until: string
  unlimited: string
  empty: string
  emptyNext: string
  emptyFiltered: string
  emptyFilteredNext: string
  panel: string
  tabs: { now: string; history: string; sessions: string; data: string }
  compose: string
  messages: string
  now: string
  usesOf: (n: number) => string
  nothing: string
  belowMinimum: string
  history: string
  historyCut: string
  noHistory: string
  noHistoryNext: string
  changes: Record<CreditEvent['change'], string>
  message: string
  reservedNow: (n: number) => string
  ends: string
  sessions: string
  signedIn: string
  noSessions: string
  noSessionsNext: string
  exportTitle: string
  exportSays: string
  exportAct: string
  exported: string
  eraseTitle: string
  eraseSays: string
  eraseAct: string
  erased: string
  nothingErased: string
  underWay: (n: number) => string
  mayNotPrivacy: string
}

export const usersWords = dictionary<UsersWords>(
  {
    title: '用户',
    says: '现在持有可用发送机会的用户。也可以按 openId 查找任何用户。',
    find: '按 openId 查找',
    kind: '机会类型',
    template: '订阅模板 ID',
    user: 'openId',
    uses: '可发条数',
    until: '最迟到期',
    unlimited: '不限',
    empty: '还没有可以发送的用户',
    emptyNext: '用户提交表单、支付、同意订阅或写信给客服后，会出现在这里。',
    emptyFiltered: '没有用户持有这类机会',
    emptyFilteredNext: '请放宽或清除筛选条件。',
    panel: '用户',
    tabs: { now: '现在可发', history: '机会记录', sessions: '登录', data: '个人数据' },
    compose: '发消息',
    messages: '查看消息',
    now: '可用的发送机会',
    usesOf: (n: number) => `${n} 次`,
    nothing: '这位用户现在没有可用的发送机会。请在用户下次提交表单、支付或同意订阅后再发。',
    belowMinimum: '微信版本低于 6.5.2，不显示模板消息，最后才会使用',
    history: '每一次机会的经过',
    historyCut: '只显示最近 2,000 次变化。',
    noHistory: '没有记录',
    noHistoryNext: '这位用户还没有带来过发送机会。',
    changes: {
      recorded: '产生',
      reserved: '预留',
      spent: '已用',
      givenBack: '归还',
      dead: '失效',
      superseded: '被新的机会取代',
      expired: '到期',
      late: '迟到的结果，没有改变',
      renewed: '客服窗口重新打开',
    },
    message: '消息',
    reservedNow: (n: number) => `${n} 次正被消息占用`,
    ends: '到期',
    sessions: '手机上的登录',
    signedIn: '登录于',
    noSessions: '没有登录',
    noSessionsNext: '用户打开小程序并登录后会出现在这里。',
    exportTitle: '导出',
    exportSays: '一个 JSON 文件，包含保存的全部数据，不含令牌和会话密钥。',
    exportAct: '导出 JSON',
    exported: '已导出',
    eraseTitle: '删除这位用户',
    eraseSays:
      '立即删除全部个人数据，无法恢复。历史只保留不含个人的合计；同一 openId 以后是新用户。',
    eraseAct: '删除',
    erased: '已删除',
    nothingErased: '没有保存这位用户的数据',
    underWay: (n: number) => `已删除；有 ${n} 次对微信的调用在此之前开始，其消息仍可能到达。`,
    mayNotPrivacy: '此密钥没有权限 privacy（导出与删除用户）。',
  },
  {
    title: 'Users',
    says: 'Users with a usable send right now. Any other user is found by their openId.',
    find: 'Find an openId',
    kind: 'Kind of right',
    template: 'Subscribe template id',
    user: 'openId',
    uses: 'Messages',
    until: 'Latest end',
    unlimited: 'No limit',
    empty: 'Nobody can be written to yet',
    emptyNext:
      'Users appear here once they submit a form, pay, accept a subscription or write to ' +
      'customer service.',
    emptyFiltered: 'No user holds such a right',
    emptyFilteredNext: 'Widen or clear the filters.',
    panel: 'User',
    tabs: { now: 'Can be sent', history: 'Rights', sessions: 'Sign-ins', data: 'Their data' },
    compose: 'Write to them',
    messages: 'Their messages',
    now: 'Usable send rights',
    usesOf: (n: number) => (n === 1 ? '1 message' : `${n} messages`),
    nothing:
      'No usable send right now. Send again after the user submits a form, pays or accepts a ' +
      'subscription.',
    belowMinimum: 'WeChat before 6.5.2 shows no template message: spent last',
    history: 'What became of each right',
    historyCut: 'Only the latest 2,000 changes are shown.',
    noHistory: 'No rights yet',
    noHistoryNext: 'This user has brought no send right.',
    changes: {
      recorded: 'Arose',
      reserved: 'Reserved',
      spent: 'Spent',
      givenBack: 'Given back',
      dead: 'Invalid',
      superseded: 'Superseded by newer rights',
      expired: 'Ended',
      late: 'Late outcome, nothing changed',
      renewed: 'The window opened again',
    },
    message: 'message',
    reservedNow: (n: number) => `${n} held by messages`,
    ends: 'Ends',
    sessions: 'Signed-in phones',
    signedIn: 'Signed in',
    noSessions: 'No sign-in',
    noSessionsNext: 'One appears when the user opens the mini-program and signs in.',
    exportTitle: 'Export',
    exportSays: 'One JSON file with all that is kept, without tokens and session keys.',
    exportAct: 'Export JSON',
    exported: 'Exported',
    eraseTitle: 'Erase this user',
    eraseSays:
      'Erases all personal data at once, for good. History keeps sums without the person; the ' +
      'same openId later is a new user.',
    eraseAct: 'Erase',
    erased: 'Erased',
    nothingErased: 'Nothing was kept of this user',
    underWay: (n: number) =>
      `Erased. ${n} calls of WeChat had begun before: they may still arrive.`,
    mayNotPrivacy: 'This key lacks the scope privacy.',
  },
)
