/** The apps to serve: one from the environment, or several from the file of REACH_APPS. */
import type { Edition } from '../rules/credits.ts'
import type { ReachApp } from '../runtime/apps.ts'
import { isObject } from '../runtime/encoding.ts'
import type { Parsed, ReadSecretFile, SettingsReader } from './settings-reader.ts'
import * as values from './values.ts'

const platformPage = '开发管理 → 开发设置'

export function readApps(settings: SettingsReader, readFile: ReadSecretFile): ReachApp[] {
  const edition = settings.optional('WECHAT_EDITION', values.edition) ?? '2026'
  if (!settings.isSet('REACH_APPS')) return readOneApp(settings, edition)
  if (settings.isSet('WECHAT_APPID')) {
    settings.addProblem('WECHAT_APPID', 'is set together with REACH_APPS: leave one of the two out')
  }
  // They have no effect then, and are settings all the same.
  oneAppSettings.forEach(settings.isSet)
  return settings.optional('REACH_APPS', (path) => decodeFile(path, readFile, edition)) ?? []
}

const oneAppSettings = [
  'WECHAT_SECRET',
  'WECHAT_PUSH_TOKEN',
  'WECHAT_PUSH_AES_KEY',
  'WECHAT_PUSH_MODE',
  'REACH_FORWARD_PUSHES',
]

function readOneApp(settings: SettingsReader, edition: Edition): ReachApp[] {
  const appId = settings.required('WECHAT_APPID', `copy it from ${platformPage}`, values.appId)
  const secret = settings.required('WECHAT_SECRET', `copy it from ${platformPage}`, values.text)
  const pushToken = settings.optional('WECHAT_PUSH_TOKEN', values.text)
  const pushAesKey = settings.optional('WECHAT_PUSH_AES_KEY', values.pushAesKey)
  const named = settings.optional('WECHAT_PUSH_MODE', values.oneOf(values.pushModes))
  if (settings.isSet('WECHAT_PUSH_AES_KEY') && pushToken === undefined) {
    settings.addProblem('WECHAT_PUSH_TOKEN', 'is missing: copy the Token from 开发管理 → 消息推送')
  }
  if (named && named !== 'plain' && !settings.isSet('WECHAT_PUSH_AES_KEY')) {
    settings.addProblem('WECHAT_PUSH_AES_KEY', `is missing: WECHAT_PUSH_MODE ${named} needs it`)
  }
  const forwardPushes = settings.optional('REACH_FORWARD_PUSHES', values.forwardAddress)
  if (settings.isSet('REACH_FORWARD_PUSHES') && !settings.isSet('WECHAT_PUSH_TOKEN')) {
    settings.addProblem('WECHAT_PUSH_TOKEN', 'is missing: without it no push is forwarded')
  }
  if (appId === undefined || secret === undefined) return []
  const pushMode = named ?? modeFor(pushAesKey)
  return [
    {
      appId,
      secret,
      edition,
      ...(pushToken !== undefined && { pushToken, pushMode }),
      ...(pushAesKey !== undefined && { pushAesKey }),
      ...(forwardPushes !== undefined && { forwardPushes }),
    },
  ]
}

const modeFor = (pushAesKey: string | undefined) => (pushAesKey === undefined ? 'plain' : 'safe')

function decodeFile(path: string, readFile: ReadSecretFile, edition: Edition): Parsed<ReachApp[]> {
  const file = readFile(path)
  if ('problem' in file) return file
  let rows: unknown
  try {
    rows = JSON.parse(file.value)
  } catch {
    // The parser's message quotes the file, which contains secrets.
    return { problem: 'names a file that is not JSON: write [{"appId": "wx…", "secret": "…"}]' }
  }
  if (!Array.isArray(rows) || rows.length === 0) {
    return { problem: 'names a file without apps: write [{"appId": "wx…", "secret": "…"}]' }
  }
  const apps: ReachApp[] = []
  for (const [index, row] of (rows as unknown[]).entries()) {
    const app = decodeApp(row, edition)
    if ('problem' in app) return { problem: `has a file whose [${index}] ${app.problem}` }
    if (apps.some(({ appId }) => appId === app.value.appId)) {
      return { problem: `has a file whose [${index}].appId occurs twice` }
    }
    apps.push(app.value)
  }
  return { value: apps }
}

const appFields = {
  appId: values.appId,
  secret: values.text,
  pushToken: values.text,
  pushAesKey: values.pushAesKey,
  edition: values.edition,
  forwardPushes: values.forwardAddress,
}

function decodeApp(row: unknown, edition: Edition): Parsed<ReachApp> {
  if (!isObject(row)) return { problem: 'is not an object' }
  for (const [field, value] of Object.entries(row)) {
    const decode = appFields[field as keyof typeof appFields]
    if (!decode) {
      return { problem: `.${field} is not known: use ${Object.keys(appFields).join(', ')}` }
    }
    const decoded =
      typeof value === 'string' && value ? decode(value) : { problem: 'must be a text' }
    if ('problem' in decoded) return { problem: `.${field} ${decoded.problem}` }
  }
  const app = row as Partial<ReachApp>
  const { appId, secret, pushToken, pushAesKey, forwardPushes } = app
  if (appId === undefined || secret === undefined) {
    return { problem: `lacks appId or secret: copy both from ${platformPage}` }
  }
  if (pushAesKey !== undefined && pushToken === undefined) {
    return { problem: 'has a pushAesKey without a pushToken: copy both from 开发管理 → 消息推送' }
  }
  if (forwardPushes !== undefined && pushToken === undefined) {
    return { problem: 'has forwardPushes without a pushToken: copy it from 开发管理 → 消息推送' }
  }
  return {
    value: { edition, ...app, appId, secret, ...(pushToken && { pushMode: modeFor(pushAesKey) }) },
  }
}
