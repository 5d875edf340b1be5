/** Server processes on one database, which a test kills and starts again. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runProcess, type CommandProcess } from '../support/server/command-process.ts'
import { strongApiKey, strongSecretKey } from '../support/server/strong-keys.ts'

/** What one edition sends with, the other does not: each user is of one of the two. */
export const apps = [
  { appId: 'wx0123456789abcdef', secret: 'the-secret', edition: '2018' },
  { appId: 'wxfedcba9876543210', secret: 'the-other-secret', edition: '2026' },
] as const
export const apiKey = strongApiKey
export const pushToken = 'the-push-token'

export interface ServerProcesses {
  size: number
  /** The address of the n-th process; `undefined` while it does not run. */
  url(n: number): string | undefined
  /** The addresses of all running processes. */
  urls(): string[]
  start(n: number): Promise<void>
  /** SIGKILL: nothing is finished, flushed or closed. */
  kill(n: number): Promise<void>
  /** Ends all running processes by SIGTERM and removes their files. */
  stop(): Promise<void>
  /** The output of all processes, ended ones too. */
  output(): string
}

export function createServerProcesses(options: {
  size: number
  database: string
  wechat: string
  env?: NodeJS.ProcessEnv
}): ServerProcesses {
  const { size, database, wechat, env } = options
  const folder = mkdtempSync(join(tmpdir(), 'wx-reach-crash-'))
  const file = join(folder, 'apps.json')
  const content = JSON.stringify(apps.map((app) => ({ ...app, pushToken })))
  writeFileSync(file, content, { mode: 0o600 })
  const processes: (CommandProcess | undefined)[] = Array.from({ length: size })
  const urls: (string | undefined)[] = Array.from({ length: size })
  const outputs: string[] = []

  async function end(n: number, signal: NodeJS.Signals): Promise<void> {
    const child = processes[n]
    if (!child) return
    urls[n] = undefined
    processes[n] = undefined
    child.signal(signal)
    await child.exitCode
    outputs.push(child.output())
  }

  return {
    size,
    url: (n) => urls[n],
    urls: () => urls.filter((url) => url !== undefined),
    async start(n) {
      const child = runProcess('serve', {
        cwd: folder,
        env: {
          DATABASE_URL: database,
          REACH_APPS: file,
          WECHAT_API_BASE: wechat,
          REACH_API_KEYS: apiKey,
          REACH_SECRET_KEY: strongSecretKey,
          // All users of a test sign in from one address.
          REACH_LIMIT_SIGN_INS_PER_ADDRESS_MINUTE: '1000',
          // Receivers of a test are on this machine.
          REACH_WEBHOOK_ALLOW_HTTP: 'true',
          REACH_WEBHOOK_ALLOW_PRIVATE: 'true',
          HOST: '127.0.0.1',
          PORT: '0',
          ...env,
        },
      })
      processes[n] = child
      const { url } = JSON.parse(await child.line(/"serving"/)) as { url: string }
      urls[n] = url
    },
    kill: (n) => end(n, 'SIGKILL'),
    async stop() {
      await Promise.all(processes.map((_, n) => end(n, 'SIGTERM')))
      rmSync(folder, { recursive: true })
    },
    output: () => [...outputs, ...processes.map((child) => child?.output() ?? '')].join('\n'),
  }
}
