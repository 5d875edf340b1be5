/** The screens of the console, and the looks in which all must be good. */
import type { Look } from './console-browser.ts'
import type { FilledDemo } from './fill-demo.ts'

/** Paths below `/console/`, by what they show. */
export const screens: Readonly<Record<string, (ids: FilledDemo) => string>> = {
  'the overview': () => '',
  users: () => 'users',
  'a user': ({ openId }) => `users/${openId}`,
  'the history of a user': ({ openId }) => `users/${openId}?tab=history`,
  'the data of a user': ({ openId }) => `users/${openId}?tab=data`,
  messages: () => 'messages',
  'messages by reason': () => 'messages?view=groups',
  'a sent message': ({ sent }) => `messages/${sent.id}`,
  'a refused message': ({ refused }) => `messages/${refused.id}`,
  'a new message': ({ openId }) => `compose?openId=${openId}`,
  broadcasts: () => 'broadcasts',
  'a broadcast': ({ broadcastId }) => `broadcasts/${broadcastId}`,
  'a new broadcast': () => 'broadcasts?view=new',
  shares: () => 'shares',
  'a share tree': ({ shareId }) => `shares/${shareId}`,
  'a share of a tree': ({ shareId }) => `shares/${shareId}?node=${shareId}`,
  groups: () => 'groups',
  'a group': ({ openGId }) => `groups/${encodeURIComponent(openGId)}`,
  templates: () => 'templates',
  'a template': ({ templateId }) => `templates/${templateId}`,
  'the linter of templates': () => 'templates?tab=lint',
  codes: () => 'codes',
  'a code': ({ codeId }) => `codes/${codeId}`,
  pushes: () => 'pushes',
  'customer service': () => 'customer',
  'a conversation': ({ openId }) => `customer/${openId}`,
  'the channels': () => 'settings',
  'the doctor': () => 'settings/doctor',
  'API keys': () => 'settings/keys',
  webhooks: () => 'settings/webhooks',
  'the audit': () => 'settings/audit',
  "the demo's world": () => 'world',
  'an address without a page': () => 'nothing/is/here',
}

/** 640 pixels: a page of 1,280 at 200 %. */
export const looks: readonly Look[] = [
  { locale: 'zh-CN', width: 1_280, colorScheme: 'light' },
  { locale: 'en-US', width: 1_280, colorScheme: 'dark' },
  { locale: 'zh-CN', width: 640, colorScheme: 'dark' },
  { locale: 'en-US', width: 375, colorScheme: 'light' },
]
