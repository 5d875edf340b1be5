/** The settings of the server, read from an environment that is passed in. */
import { readFileSync } from 'node:fs'
import type { DatabaseSettings } from './values.ts'
import type { ReachApp } from '../runtime/apps.ts'
import { apiKeyList, type ApiKey } from './api-keys.ts'
import { readApps } from './app-list.ts'
import { readEnvironment, type Environment, type SettingProblem } from './environment.ts'
import { readDatabase } from './values.ts'
import * as values from './values.ts'

export { scopes, type ApiKey, type Scope } from './api-keys.ts'
export type { Environment, SettingProblem } from './environment.ts'
export type { QuietHours } from './values.ts'

export interface Config {
  /** Default 3000; 0 takes any free port. */
  port: number
  /** Default 0.0.0.0. */
  host: string
  database: DatabaseSettings
  apps: readonly ReachApp[]
  /** Default https://api.weixin.qq.com. */
  apiBase: string
  apiKeys: readonly ApiKey[]
  /** 32 bytes; seals the session keys at rest. */
  secretKey: Buffer
  /** Messages that one user may get a day; absent: no limit of ours. */
  limitPerUserDay?: number
  quietHours?: values.QuietHours
  /** Of `quietHours` and of the day of `limitPerUserDay`. Default Asia/Shanghai. */
  timeZone: string
  /** Proxies that may name the client's address. Default 0. */
  trustedProxies: number
}

/** Names every setting that is missing or wrong, each with what to do. Holds no value of any. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'

  constructor(readonly problems: readonly SettingProblem[]) {
    super(
      ['The settings are not complete:', ...problems.map(({ message }) => message)].join('\n  '),
    )
  }
}

/** What `npm start` fills in where a setting is missing, and what nothing but a demo may run with. */
export const demoValues = { apiKey: 'demo-key', appId: 'wx0000000000sandbox' } as const

export interface ReadConfigOptions {
  /** The demo may run with `demoValues`; `serve` refuses them. Default false. */
  allowDemo?: boolean
  /** Reads the file of REACH_APPS. */
  readFile?: (path: string) => string
}

/** @throws {ConfigError} naming all that is wrong at once. */
export function readConfig(variables: Environment, options: ReadConfigOptions = {}): Config {
  const { allowDemo = false, readFile = (path) => readFileSync(path, 'utf8') } = options
  const env = readEnvironment(variables)

  const database = readDatabase(env)
  const apps = readApps(env, readFile)
  const apiKeys = env.required(
    'REACH_API_KEYS',
    'set one or more keys, separated by commas; make one with `openssl rand -hex 24`',
    apiKeyList,
  )
  const secretKey = env.required(
    'REACH_SECRET_KEY',
    'make one with `openssl rand -base64 32`, and keep it: session keys are sealed with it',
    values.secretKey,
  )
  const limitPerUserDay = env.optional('REACH_LIMIT_PER_USER_DAY', values.integer(1, 1_000_000))
  const quietHours = env.optional('REACH_QUIET_HOURS', values.quietHours)
  const rest = {
    port: env.optional('PORT', values.integer(0, 65_535)) ?? 3000,
    host: env.optional('HOST', values.text) ?? '0.0.0.0',
    apiBase: env.optional('WECHAT_API_BASE', values.apiBase) ?? 'https://api.weixin.qq.com',
    timeZone: env.optional('REACH_TIME_ZONE', values.timeZone) ?? 'Asia/Shanghai',
    trustedProxies: env.optional('TRUST_PROXY', values.trustProxy) ?? 0,
    ...(limitPerUserDay !== undefined && { limitPerUserDay }),
    ...(quietHours && { quietHours }),
  }

  if (!allowDemo && apiKeys?.some(({ key }) => key === demoValues.apiKey)) {
    env.wrong('REACH_API_KEYS', `holds ${demoValues.apiKey}, which everybody knows: set your own`)
  }
  const appSetting = env.isSet('REACH_APPS') ? 'REACH_APPS' : 'WECHAT_APPID'
  if (!allowDemo && apps.some(({ appId }) => appId === demoValues.appId)) {
    env.wrong(appSetting, `is the demo's (${demoValues.appId}): set your own, or run npm start`)
  }
  if (env.problems.length > 0 || !database || !apiKeys || !secretKey) {
    throw new ConfigError(env.problems)
  }
  return { database, apps, apiKeys, secretKey, ...rest }
}

/**
 * What a command needs that opens the database and does nothing else.
 * @throws {ConfigError}
 */
export function readDatabaseSettings(variables: Environment): DatabaseSettings {
  const env = readEnvironment(variables)
  const database = readDatabase(env)
  if (env.problems.length > 0 || !database) throw new ConfigError(env.problems)
  return database
}
