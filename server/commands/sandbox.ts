/** The sandbox alone, to test any SDK against. */
import { editions, type Edition } from '../rules/credits.ts'
import { listenSandbox } from '../sandbox/listen.ts'
import { checkPushConfig } from '../sandbox/push/protocol.ts'
import { defaultApp, type PushConfig, type SandboxApp } from '../sandbox/sandbox.ts'
import { clientSettings } from '../sandbox/tls/client-settings.ts'
import type { TlsOptions } from '../sandbox/tls/listen-tls.ts'
import { UsageError, type Command } from './command.ts'
import { portOf } from './demo-settings.ts'

export const sandboxOptions = {
  port: {
    type: 'string',
    value: 'N',
    does: 'default: SANDBOX_PORT, PORT, or 3001; 0 takes any free port',
  },
  host: { type: 'string', value: 'ADDRESS', does: 'default: HOST, or 127.0.0.1' },
  edition: {
    type: 'string',
    value: editions.join('|'),
    does: 'the rules of the platform; default: WECHAT_EDITION, or 2026',
  },
  app: {
    type: 'string',
    multiple: true,
    value: 'ID:SECRET',
    does: `a mini-program, may be repeated; default: WECHAT_APPID, or ${defaultApp.appId}`,
  },
  push: { type: 'string', value: 'URL', does: 'where messages and events are pushed' },
  'push-token': {
    type: 'string',
    value: 'TOKEN',
    does: 'signs the pushes; default: WECHAT_PUSH_TOKEN',
  },
  'push-aes-key': {
    type: 'string',
    value: 'KEY',
    does: 'encrypts the pushes; default: WECHAT_PUSH_AES_KEY, or plain pushes',
  },
  tls: {
    type: 'boolean',
    does: 'serve https as api.weixin.qq.com too, and a proxy for it: SDKs need no change',
  },
  'tls-port': { type: 'string', value: 'N', does: 'of https and proxy; default: 3443' },
  'tls-folder': {
    type: 'string',
    value: 'FOLDER',
    does: 'of the CA that clients trust; default: .wx-reach-tls',
  },
} as const

export const sandbox: Command<typeof sandboxOptions> = async (terminal) => {
  const { env, print, stopped, options = {} } = terminal
  const edition = readEdition(options.edition ?? env.WECHAT_EDITION) ?? '2026'
  const apps = (options.app ?? [appOf(env)]).map(readApp)
  const push = readPush(options, env)
  const tls = readTls(options)
  const { url, close, ...listening } = await listenSandbox({
    apps: apps.map((app) => ({ ...app, edition, ...(push && { push }) })),
    port: portOf('--port', options.port ?? env.SANDBOX_PORT ?? env.PORT) ?? 3001,
    host: options.host ?? env.HOST ?? '127.0.0.1',
    ...(tls && { tls }),
  })
  const knownSecret = options.app === undefined && env.WECHAT_SECRET === undefined
  print(
    [
      `The sandbox simulates api.weixin.qq.com at ${url}, by the rules of ${edition}.`,
      `Give your SDK that address, the appid ${apps.map(({ appId }) => appId).join(' or ')} and ` +
        `the secret ${knownSecret ? defaultApp.secret : 'that you set'}.`,
      `The actions of its users are under /sandbox: curl -s ${url}/sandbox/users -d '{}'`,
      ...(listening.tls ? clientSettings(listening.tls) : []),
    ].join('\n'),
  )
  await stopped
  await close()
  return 0
}

const appOf = (env: Readonly<Record<string, string | undefined>>) =>
  `${env.WECHAT_APPID ?? defaultApp.appId}:${env.WECHAT_SECRET ?? defaultApp.secret}`

function readApp(text: string): Pick<SandboxApp, 'appId' | 'secret'> {
  const [, appId, secret] = /^([^:\s]+):(\S+)$/.exec(text) ?? []
  if (appId && secret) return { appId, secret }
  throw new UsageError('--app takes an appid and a secret, as --app wx0123456789abcdef:my-secret.')
}

function readEdition(text: string | undefined): Edition | undefined {
  const found = editions.find((each) => each === text)
  if (text === undefined || found) return found
  throw new UsageError(`--edition and WECHAT_EDITION take one of ${editions.join(', ')}.`)
}

function readPush(
  options: { push?: string; 'push-token'?: string; 'push-aes-key'?: string },
  env: Readonly<Record<string, string | undefined>>,
): PushConfig | undefined {
  const { push: url } = options
  if (url === undefined) return undefined
  const token = options['push-token'] ?? env.WECHAT_PUSH_TOKEN
  if (token === undefined) {
    throw new UsageError('--push needs a token to sign with: add --push-token.')
  }
  const aesKey = options['push-aes-key'] ?? env.WECHAT_PUSH_AES_KEY
  const mode = aesKey === undefined ? 'plain' : 'safe'
  const config: PushConfig = {
    url,
    token,
    mode,
    format: 'json',
    ...(aesKey !== undefined && { aesKey }),
  }
  try {
    return checkPushConfig(config, false)
  } catch (error) {
    throw new UsageError(`--push and --push-aes-key: ${(error as Error).message}.`)
  }
}

function readTls(options: {
  tls?: boolean
  'tls-port'?: string
  'tls-folder'?: string
}): TlsOptions | undefined {
  const { tls = false, 'tls-port': port, 'tls-folder': folder } = options
  if (tls) return { folder: folder ?? '.wx-reach-tls', port: portOf('--tls-port', port) ?? 3443 }
  if (port === undefined && folder === undefined) return undefined
  throw new UsageError('--tls-port and --tls-folder need --tls.')
}
