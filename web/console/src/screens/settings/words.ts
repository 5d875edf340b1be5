import type { AuditActor, DoctorFinding } from 'wx-reach-server/client'
import { dictionary } from '../../words/language.ts'

interface SettingsWords {
  title: string
  says: string
  sections: Record<'channels' | 'doctor' | 'webhooks' | 'keys' | 'audit', string>
  resume: string
  resumeSays: string
  resumed: string
  since: string
  mayNotAdmin: string
  mayNotSend: string
  checked: string
  statuses: Record<DoctorFinding['status'], string>
  allFine: string
  keysSays: string
  newKey: string
  keyName: string
  keyScopes: string
  keyEnds: string
  keyApp: string
  allApps: string
  create: string
  secretTitle: string
  secretSays: string
  revoke: string
  revokeTitle: (name: string) => string
  revokeSays: string
  revoked: string
  lastUsed: string
  notUsed: string
  created: string
  configured: string
  configuredSays: string
  noKeys: string
  noKeysNext: string
  at: string
  by: string
  actors: Record<AuditActor, string>
  operation: string
  outcome: string
  outcomes: { done: string; refused: string }
  count: string
  network: string
  object: string
  user: string
  request: string
  keyFilter: string
  operationFilter: string
  noAudit: string
  noAuditNext: string
}

export const settingsWords = dictionary<SettingsWords>(
  {
    title: '设置',
    says: '通道、检查、webhook、密钥和操作记录。',
    sections: {
      channels: '通道',
      doctor: '检查',
      webhooks: 'Webhook',
      keys: 'API 密钥',
      audit: '操作记录',
    },
    resume: '重新打开',
    resumeSays: '确认问题已在微信公众平台处理后再打开；否则微信会再次停用。',
    resumed: '已重新打开',
    since: '自',
    mayNotAdmin: '此密钥没有管理权限（admin）。',
    mayNotSend: '此密钥没有发送权限（send）。',
    checked: '检查于',
    statuses: { ok: '正常', warning: '注意', problem: '问题', skipped: '未检查' },
    allFine: '没有发现问题',
    keysSays: '密钥由你的后端使用；每个密钥只给它需要的权限。',
    newKey: '新建密钥',
    keyName: '名称（谁在使用）',
    keyScopes: '权限',
    keyEnds: '到期（可空）',
    keyApp: '小程序',
    allApps: '全部小程序',
    create: '新建',
    secretTitle: '请现在复制密钥',
    secretSays: '密钥只显示这一次，服务器只保存它的哈希。',
    revoke: '撤销',
    revokeTitle: (name: string) => `撤销密钥「${name}」？`,
    revokeSays: '使用它的程序和控制台登录会立即失效。',
    revoked: '已撤销',
    lastUsed: '上次使用',
    notUsed: '还没有使用',
    created: '创建于',
    configured: '配置中的密钥',
    configuredSays: '来自 REACH_API_KEYS，只能在配置中修改。',
    noKeys: '还没有新建的密钥',
    noKeysNext: '新建一个，或用配置 REACH_API_KEYS 中的密钥。',
    at: '时间',
    by: '操作者',
    actors: { key: '密钥', command: '命令行', unknown: '未知', wechat: '微信' },
    operation: '操作',
    outcome: '结果',
    outcomes: { done: '完成', refused: '拒绝' },
    count: '次数',
    network: '网段',
    object: '对象',
    user: '用户',
    request: '请求编号',
    keyFilter: '密钥 ID',
    operationFilter: '操作，如 POST /v1/decrypt',
    noAudit: '没有记录',
    noAuditNext: '请放宽或清除筛选条件。',
  },
  {
    title: 'Settings',
    says: 'Channels, checks, webhooks, API keys and the audit.',
    sections: {
      channels: 'Channels',
      doctor: 'Doctor',
      webhooks: 'Webhooks',
      keys: 'API keys',
      audit: 'Audit',
    },
    resume: 'Reopen',
    resumeSays:
      'Resolve the problem in the WeChat console first; otherwise WeChat suspends it again.',
    resumed: 'Reopened',
    since: 'since',
    mayNotAdmin: 'This key lacks the scope admin.',
    mayNotSend: 'This key lacks the scope send.',
    checked: 'Checked',
    statuses: { ok: 'Fine', warning: 'Warning', problem: 'Problem', skipped: 'Not checked' },
    allFine: 'No problem found',
    keysSays: 'Your backends use keys. Give each key the scopes that it needs, and no others.',
    newKey: 'New key',
    keyName: 'Name (what uses it)',
    keyScopes: 'Scopes',
    keyEnds: 'Ends (optional)',
    keyApp: 'Mini-program',
    allApps: 'All mini-programs',
    create: 'Create',
    secretTitle: 'Copy the key now',
    secretSays: 'It is shown this once: the server stores its hash alone.',
    revoke: 'Revoke',
    revokeTitle: (name: string) => `Revoke the key “${name}”?`,
    revokeSays: 'Programs and console sessions that use it end at once.',
    revoked: 'Revoked',
    lastUsed: 'Last used',
    notUsed: 'Not used yet',
    created: 'Created',
    configured: 'Configured keys',
    configuredSays: 'From REACH_API_KEYS: only that setting changes them.',
    noKeys: 'No keys were made yet',
    noKeysNext: 'Make one, or use those of REACH_API_KEYS.',
    at: 'Time',
    by: 'By',
    actors: { key: 'Key', command: 'Command', unknown: 'Unknown', wechat: 'WeChat' },
    operation: 'Operation',
    outcome: 'Outcome',
    outcomes: { done: 'Done', refused: 'Refused' },
    count: 'Calls',
    network: 'Network',
    object: 'Object',
    user: 'User',
    request: 'Request id',
    keyFilter: 'Key id',
    operationFilter: 'Operation, such as POST /v1/decrypt',
    noAudit: 'No entries',
    noAuditNext: 'Widen or clear the filters.',
  },
)
