/** The settings of the server, read from the environment. docs/operations.md lists them. */
import type { RequestLimits } from '../rules/limits.ts'
import { isLoopback } from '../runtime/addresses.ts'
import { retention } from '../rules/retention.ts'
import type { ReachApp } from '../runtime/apps.ts'
import type { WebhookSettings } from '../webhooks/post.ts'
import type { CallLimits } from '../rules/wechat-calls.ts'
import { apiKeyList, type ApiKey } from './api-keys.ts'
import { readApps } from './apps.ts'
import { readDatabase, type DatabaseSettings } from './database.ts'
import { readEgress } from './egress.ts'
import { weaknessOf } from './key-strength.ts'
import { readLimits } from './limits.ts'
import { readPorts, type PortSettings } from './ports.ts'
import { createSecretFiles } from './secret-files.ts'
import { readSecretKeys, refuseWeakSecretKeys } from './secret-keys.ts'
import { createSettingsReader } from './settings-reader.ts'
import type {
  Environment,
  ReadSecretFile,
  SettingProblem,
  SettingsReader,
} from './settings-reader.ts'
import { unknownSettings } from './unknown-settings.ts'
import * as values from './values.ts'
import { readWebhooks } from './webhooks.ts'

export interface Config extends PortSettings {
  database: DatabaseSettings
  apps: readonly ReachApp[]
  /** Default https://api.weixin.qq.com. */
  apiBase: string
  /** Calls carry no access_token: 微信云托管 adds it. Default: the server fetches and adds it. */
  cloudToken?: true
  /** The egress proxy for calls of WeChat. Default: none. */
  proxy?: string
  apiKeys: readonly ApiKey[]
  /**
   * 32 bytes each, the newest first. That one seals the session keys and tokens in the database;
   * all of them open.
   */
  secretKeys: readonly Buffer[]
  /** What one user, key or address may ask. */
  requestLimits: RequestLimits
  /** Messages that a user may get a day. Default: no limit beside WeChat's. */
  limitPerUserDay?: number
  quietHours?: values.QuietHours
  /** For `quietHours`, and for the day of `limitPerUserDay`. Default Asia/Shanghai. */
  timeZone: string
  /** Days for which what WeChat pushed is kept. 0: it is not. */
  pushContentDays: number
  /** Calls of WeChat that may be under way at once, by class. Default: `callBounds` in rules. */
  wechatCalls?: CallLimits
  /** Where webhooks may lead. Default: to public addresses, by https. */
  webhooks?: WebhookSettings
  /** How many proxies may report the client's address. Default 0. */
  trustedProxies: number
  /** What is risky or looks misspelt. `createReachServer` logs it. */
  warnings: readonly SettingProblem[]
}

/** Names every setting that is missing or wrong, each with what to do. It holds no value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'

  constructor(readonly problems: readonly SettingProblem[]) {
    super(
      ['The settings are not complete:', ...problems.map(({ message }) => message)].join('\n  '),
    )
  }
}

/** Defaults of the demo. `serve` refuses the key, and takes the app for a local sandbox only. */
export const demoValues = { apiKey: 'demo-key', appId: 'wx0000000000sandbox' } as const

interface ReadConfigOptions {
  /** Accepts `demoValues`, weak keys, and files of secrets that others can read. Default false. */
  allowDemo?: boolean
  /** Reads the file of REACH_APPS, and those of `…_FILE`. Default: from the disk. */
  readFile?: ReadSecretFile
}

/** @throws {ConfigError} with all problems */
export function readConfig(variables: Environment, options: ReadConfigOptions = {}): Config {
  const { allowDemo = false } = options
  const { readFile = createSecretFiles({ isPrivate: !allowDemo }) } = options
  const settings = createSettingsReader(variables, readFile)

  const database = readDatabase(settings)
  const apps = readApps(settings, readFile)
  const apiKeys = settings.required(
    'REACH_API_KEYS',
    'set one or more keys, separated by commas; make one with `openssl rand -hex 24`',
    apiKeyList,
  )
  const secretKeys = readSecretKeys(settings)
  const limitPerUserDay = settings.optional(
    'REACH_LIMIT_PER_USER_DAY',
    values.integer(1, 1_000_000),
  )
  const quietHours = settings.optional('REACH_QUIET_HOURS', values.quietHours)
  const wechatCalls = settings.optional('REACH_WECHAT_CALLS', values.callLimits)
  const rest = {
    ...readPorts(settings),
    ...readEgress(settings),
    requestLimits: readLimits(settings),
    webhooks: readWebhooks(settings),
    timeZone: settings.optional('REACH_TIME_ZONE', values.timeZone) ?? 'Asia/Shanghai',
    pushContentDays:
      settings.optional('REACH_PUSH_CONTENT_DAYS', values.integer(0, 180)) ??
      retention.pushContentDays,
    trustedProxies: settings.optional('TRUST_PROXY', values.trustProxy) ?? 0,
    ...(limitPerUserDay !== undefined && { limitPerUserDay }),
    ...(quietHours && { quietHours }),
    ...(wechatCalls && { wechatCalls }),
  }

  if (!allowDemo) {
    refuseWeakApiKeys(settings, apiKeys ?? [])
    refuseWeakSecretKeys(settings, secretKeys ?? [])
  }
  const appSetting = settings.isSet('REACH_APPS') ? 'REACH_APPS' : 'WECHAT_APPID'
  if (rest.cloudToken && apps.length > 1) {
    settings.addProblem('WECHAT_TOKEN', 'is cloud, which adds the token of one app: serve one app')
  }
  const hasSandbox = allowDemo || isLoopback(new URL(rest.apiBase).hostname)
  if (!hasSandbox && apps.some(({ appId }) => appId === demoValues.appId)) {
    settings.addProblem(
      appSetting,
      `is the sandbox's app (${demoValues.appId}): set your own, or set WECHAT_API_BASE to the ` +
        'address of a sandbox on this machine',
    )
  }
  const unknown = unknownSettings(variables, settings.known())
  if (settings.problems.length > 0 || !database || !apiKeys || !secretKeys) {
    throw new ConfigError([...settings.problems, ...unknown])
  }
  const warnings = [...unknown, ...plainPushes(apps, appSetting)]
  return { database, apps, apiKeys, secretKeys, ...rest, warnings }
}

function refuseWeakApiKeys(settings: SettingsReader, keys: readonly ApiKey[]): void {
  for (const [index, { key }] of keys.entries()) {
    const weakness = key === demoValues.apiKey ? `is ${key}, which is public` : weaknessOf(key)
    if (weakness === undefined) continue
    const text = `has a key number ${index + 1} that ${weakness}`
    settings.addProblem('REACH_API_KEYS', `${text}: make one with \`openssl rand -hex 24\``)
  }
}

/** In a mode without encryption, whoever has seen one push can forge others for an hour. */
const plainPushes = (apps: readonly ReachApp[], setting: string): SettingProblem[] =>
  apps.flatMap(({ appId, pushMode }) =>
    pushMode !== 'plain'
      ? []
      : [
          {
            setting,
            message:
              `${appId} takes pushes in plain text (明文模式), which others can forge: choose ` +
              '安全模式 at 开发管理 → 消息推送, and set its EncodingAESKey here',
          },
        ],
  )

/**
 * For a command that only opens the database.
 * @throws {ConfigError}
 */
export function readDatabaseSettings(variables: Environment): DatabaseSettings {
  const settings = createSettingsReader(variables, createSecretFiles({ isPrivate: true }))
  const database = readDatabase(settings)
  if (settings.problems.length > 0 || !database) throw new ConfigError(settings.problems)
  return database
}
