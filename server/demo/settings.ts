/** What the demo runs with: the settings of its environment, and a demo value for each that is missing. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { demoValues, readConfig } from '../config/config.ts'
import type { Config, Environment } from '../config/config.ts'

export interface DemoSettings {
  /** Every setting but WECHAT_API_BASE, which is the sandbox's own address. */
  config: Omit<Config, 'apiBase'>
  sandboxPort: number
  /** One that may do all, for the commands that the demo prints. */
  apiKey: string
}

/** @param folder holds the database and the generated secrets; made when it is missing */
export function demoSettings(env: Environment, folder: string): DemoSettings {
  if (env.NODE_ENV === 'production') {
    throw new Error('npm start is the demo and runs no production: use npm run serve.')
  }
  const several = env.REACH_APPS !== undefined
  const secrets = keptSecrets(folder)
  const config = readConfig(
    {
      PORT: '3000',
      HOST: '127.0.0.1',
      DATABASE_URL: `sqlite:${join(folder, 'reach.db')}`,
      REACH_API_KEYS: demoValues.apiKey,
      REACH_SECRET_KEY: secrets.secretKey,
      WECHAT_EDITION: '2018',
      ...(!several && {
        WECHAT_APPID: demoValues.appId,
        WECHAT_SECRET: secrets.wechatSecret,
        WECHAT_PUSH_TOKEN: secrets.pushToken,
        WECHAT_PUSH_AES_KEY: secrets.pushAesKey,
      }),
      ...given(env),
    },
    { allowDemo: true },
  )
  return {
    config,
    sandboxPort: sandboxPort(env),
    apiKey: config.apiKeys.find(({ scopes }) => scopes.includes('send'))?.key ?? demoValues.apiKey,
  }
}

/** Settings that are set, save the one that the demo decides: nothing here may reach the real platform. */
function given(env: Environment): Environment {
  const entries = Object.entries(env).filter(([, value]) => value !== undefined && value !== '')
  const { WECHAT_API_BASE: _, ...rest } = Object.fromEntries(entries)
  return rest
}

export function sandboxPort(env: Environment): number {
  const value = env.SANDBOX_PORT || '3001'
  const port = Number(value)
  if (/^\d+$/.test(value) && port <= 65_535) return port
  throw new Error('SANDBOX_PORT is not a port: set a number from 0 (any free one) to 65535.')
}

interface Secrets {
  secretKey: string
  wechatSecret: string
  pushToken: string
  pushAesKey: string
}

/** Made once: with another secret key, the session keys in the database would not open any more. */
function keptSecrets(folder: string): Secrets {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'secrets.json')
  const secrets: Secrets = {
    secretKey: randomBytes(32).toString('base64'),
    wechatSecret: randomBytes(16).toString('hex'),
    pushToken: randomBytes(12).toString('hex'),
    // 43 letters and digits, as the platform makes them.
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
    throw new Error(`${file} cannot be read: delete the folder to start the demo afresh.`, {
      cause: error,
    })
  }
}
