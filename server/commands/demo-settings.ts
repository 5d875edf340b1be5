/**
 * The settings of the demo: those of the environment, and a demo value for each that is missing.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { demoValues, readConfig, type Config } from '../config/config.ts'
import type { Environment } from '../config/settings-reader.ts'
import { UsageError } from './command.ts'

interface DemoSettings {
  /** Without WECHAT_API_BASE: it is the address of the sandbox. */
  config: Omit<Config, 'apiBase' | 'proxy'>
  sandboxPort: number
  simulatorPort: number
  /** For the commands that the demo prints. */
  apiKey: string
}

/** @param folder for the database and the generated secrets; created if it is missing */
export function demoSettings(env: Environment, folder: string): DemoSettings {
  if (env.NODE_ENV === 'production') {
    throw new Error('npm start is a demo and does not run in production: use npm run serve.')
  }
  const several = env.REACH_APPS !== undefined
  const secrets = readOrCreateSecrets(folder)
  const config = readConfig(
    {
      ...withoutFilesOf(env, {
        PORT: '3000',
        HOST: '127.0.0.1',
        DATABASE_URL: `sqlite:${join(folder, 'reach.db')}`,
        REACH_API_KEYS: demoValues.apiKey,
        ...(!env.REACH_SECRET_KEYS && { REACH_SECRET_KEY: secrets.secretKey }),
        WECHAT_EDITION: '2018',
        ...(!several && {
          WECHAT_APPID: demoValues.appId,
          WECHAT_SECRET: secrets.wechatSecret,
          WECHAT_PUSH_TOKEN: secrets.pushToken,
          WECHAT_PUSH_AES_KEY: secrets.pushAesKey,
        }),
      }),
      ...settingsOf(env),
    },
    { allowDemo: true },
  )
  return {
    config,
    sandboxPort: portOf('SANDBOX_PORT', env.SANDBOX_PORT) ?? 3001,
    simulatorPort: portOf('SIMULATOR_PORT', env.SIMULATOR_PORT) ?? 3002,
    apiKey: config.apiKeys.find(({ scopes }) => scopes.includes('send'))?.key ?? demoValues.apiKey,
  }
}

/** Without the demo values of settings that come from files. */
function withoutFilesOf(env: Environment, demo: Environment): Environment {
  const isOpen = ([name]: [string, unknown]) =>
    !env[`${name}_FILE`] && !(name === 'REACH_SECRET_KEY' && env.REACH_SECRET_KEYS_FILE)
  return Object.fromEntries(Object.entries(demo).filter(isOpen))
}

/**
 * The settings that are set, without the way to WeChat: the demo must not call the real platform,
 * and its sandbox is on this machine.
 */
function settingsOf(env: Environment): Environment {
  const entries = Object.entries(env).filter(([, value]) => value !== undefined && value !== '')
  return Object.fromEntries(entries.filter(([name]) => !egressSettings.includes(name)))
}

const egressSettings = [
  'WECHAT_API_BASE',
  'REACH_HTTPS_PROXY',
  'REACH_HTTPS_PROXY_FILE',
  'HTTPS_PROXY',
  'https_proxy',
]

/** `undefined`: not set. @throws naming the setting when it is no port */
export function portOf(setting: string, value: string | undefined): number | undefined {
  if (!value) return undefined
  const port = Number(value)
  if (/^\d+$/.test(value) && port <= 65_535) return port
  throw new UsageError(`${setting} is not a port: set a number from 0 (any free port) to 65535.`)
}

interface Secrets {
  secretKey: string
  wechatSecret: string
  pushToken: string
  pushAesKey: string
}

/** Generated once: another secret key could not decrypt the session keys in the database. */
function readOrCreateSecrets(folder: string): Secrets {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'secrets.json')
  const secrets: Secrets = {
    secretKey: randomBytes(32).toString('base64'),
    wechatSecret: randomBytes(16).toString('hex'),
    pushToken: randomBytes(12).toString('hex'),
    // 43 letters and digits, like the platform's keys.
    pushAesKey: randomBytes(64)
      .toString('base64')
      .replaceAll(/[^A-Za-z0-9]/g, '')
      .slice(0, 43),
    ...readSecrets(file),
  }
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 })
  return secrets
}

function readSecrets(file: string): Partial<Secrets> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Partial<Secrets>
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new Error(`${file} cannot be read: delete the folder to start afresh.`, {
      cause: error,
    })
  }
}
