/** A running server with its sandbox and its database, and the doctor that looks at them. */
import { expect } from '@jest/globals'
import { readDatabaseSettings } from '../../server/config/config.ts'
import type { Finding } from '../../server/doctor/check.ts'
import { examine } from '../../server/doctor/doctor.ts'
import { openInspection } from '../../server/open-store.ts'
import type { ReachApp } from '../../server/runtime/apps.ts'
import type { Engine, EngineDatabase } from '../support/engines.ts'
import { pushAesKey, pushToken } from '../support/server/start-pushes.ts'
import { app as anyApp, startReach, type StartedReach } from '../support/server/start-reach.ts'
import { strongApiKey, strongSecretKey } from '../support/server/strong-keys.ts'

export const app: ReachApp = {
  ...anyApp,
  edition: '2026',
  pushToken,
  pushAesKey,
  pushMode: 'safe',
}

export type Env = Record<string, string>
type Surroundings = NonNullable<Parameters<typeof examine>[1]>

export interface Deployment {
  server: StartedReach
  database: EngineDatabase
  /** Of the running server. */
  env: Env
  /** What the doctor finds, with some settings changed. No finding may hold a secret. */
  examine(changes?: { env?: Env; pushUrl?: string } & Surroundings): Promise<Finding[]>
  /** The one finding of this name. */
  find(
    name: Finding['name'],
    changes?: Parameters<Deployment['examine']>[0],
  ): Promise<Omit<Finding, 'name'>>
  close(): Promise<void>
}

export async function deploy(engine: Engine): Promise<Deployment> {
  const database = await engine.createDatabase()
  const server = await startReach({
    apps: [app],
    nowMs: Date.now(),
    settings: {
      secretKeys: [Buffer.from(strongSecretKey, 'base64')],
      database: readDatabaseSettings({ DATABASE_URL: database.url }),
    },
  })
  await server.reach.ready()
  const env: Env = {
    DATABASE_URL: database.url,
    WECHAT_APPID: app.appId,
    WECHAT_SECRET: app.secret,
    WECHAT_PUSH_TOKEN: pushToken,
    WECHAT_PUSH_AES_KEY: pushAesKey,
    WECHAT_API_BASE: server.sandboxUrl,
    REACH_API_KEYS: strongApiKey,
    REACH_SECRET_KEY: strongSecretKey,
  }
  const secretNames = /SECRET|KEY|TOKEN/

  async function look({
    env: changed,
    pushUrl,
    ...around
  }: Parameters<Deployment['examine']>[0] = {}) {
    const settings = { ...env, ...changed }
    const findings = await examine(
      { env: settings, ...(pushUrl !== undefined && { pushUrl }), openInspection },
      around,
    )
    const text = JSON.stringify(findings)
    for (const [name, value] of Object.entries(settings)) {
      if (secretNames.test(name) && value !== '') expect(text).not.toContain(value)
    }
    return findings
  }

  return {
    server,
    database,
    env,
    examine: look,
    async find(name, changes) {
      const found = (await look(changes)).filter((finding) => finding.name === name)
      expect(found).toHaveLength(1)
      const { name: _, ...rest } = found[0]!
      return rest
    },
    async close() {
      await server.close()
      await database.drop()
    },
  }
}
