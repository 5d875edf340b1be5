/** The apps to serve: one from the environment, or several from the file of REACH_APPS. */
import type { Edition } from '../rules/credits.ts'
import type { ReachApp } from '../runtime/apps.ts'
import { isObject } from '../runtime/json.ts'
import type { Decoded, Environmental } from './environment.ts'
import * as values from './values.ts'

const platformPage = '开发管理 → 开发设置'

export function readApps(env: Environmental, readFile: (path: string) => string): ReachApp[] {
  const edition = env.optional('WECHAT_EDITION', values.edition) ?? '2026'
  if (!env.isSet('REACH_APPS')) return readOneApp(env, edition)
  if (env.isSet('WECHAT_APPID')) {
    env.wrong('WECHAT_APPID', 'stands beside REACH_APPS: leave one of the two out')
  }
  return env.optional('REACH_APPS', (path) => decodeFile(path, readFile, edition)) ?? []
}

function readOneApp(env: Environmental, edition: Edition): ReachApp[] {
  const appId = env.required('WECHAT_APPID', `copy it from ${platformPage}`, values.appId)
  const secret = env.required('WECHAT_SECRET', `copy it from ${platformPage}`, values.text)
  const pushToken = env.optional('WECHAT_PUSH_TOKEN', values.text)
  const pushAesKey = env.optional('WECHAT_PUSH_AES_KEY', values.pushAesKey)
  const named = env.optional('WECHAT_PUSH_MODE', values.oneOf(values.pushModes))
  if (env.isSet('WECHAT_PUSH_AES_KEY') && pushToken === undefined) {
    env.wrong('WECHAT_PUSH_TOKEN', 'is missing: copy the Token from 开发管理 → 消息推送')
  }
  if (named && named !== 'plain' && !env.isSet('WECHAT_PUSH_AES_KEY')) {
    env.wrong('WECHAT_PUSH_AES_KEY', `is missing: WECHAT_PUSH_MODE ${named} needs it`)
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
    },
  ]
}

const modeFor = (pushAesKey: string | undefined) => (pushAesKey === undefined ? 'plain' : 'safe')

function decodeFile(
  path: string,
  readFile: (path: string) => string,
  edition: Edition,
): Decoded<ReachApp[]> {
  let rows: unknown
  try {
    rows = JSON.parse(readFile(path))
  } catch (error) {
    // The parser quotes the file, and the file holds secrets.
    const why = error instanceof SyntaxError ? 'is not JSON' : 'cannot be read'
    return { wrong: `names a file that ${why}: give the path of [{"appId", "secret"}]` }
  }
  if (!Array.isArray(rows) || rows.length === 0) {
    return { wrong: 'names a file without apps: write [{"appId": "wx…", "secret": "…"}]' }
  }
  const apps: ReachApp[] = []
  for (const [index, row] of (rows as unknown[]).entries()) {
    const app = decodeApp(row, edition)
    if ('wrong' in app) return { wrong: `has a file whose [${index}] ${app.wrong}` }
    if (apps.some(({ appId }) => appId === app.value.appId)) {
      return { wrong: `has a file whose [${index}].appId stands there twice` }
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
}

function decodeApp(row: unknown, edition: Edition): Decoded<ReachApp> {
  if (!isObject(row)) return { wrong: 'is not an object' }
  for (const [field, value] of Object.entries(row)) {
    const decode = appFields[field as keyof typeof appFields]
    if (!decode)
      return { wrong: `.${field} is not known: use ${Object.keys(appFields).join(', ')}` }
    const decoded = typeof value === 'string' && value ? decode(value) : { wrong: 'must be a text' }
    if ('wrong' in decoded) return { wrong: `.${field} ${decoded.wrong}` }
  }
  const app = row as Partial<ReachApp>
  const { appId, secret, pushToken, pushAesKey } = app
  if (appId === undefined || secret === undefined) {
    return { wrong: `lacks appId or secret: copy both from ${platformPage}` }
  }
  if (pushAesKey !== undefined && pushToken === undefined) {
    return { wrong: 'has a pushAesKey without a pushToken: copy both from 开发管理 → 消息推送' }
  }
  return {
    value: { edition, ...app, appId, secret, ...(pushToken && { pushMode: modeFor(pushAesKey) }) },
  }
}
