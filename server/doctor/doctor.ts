/** All checks of a deployment: what is fine, and what to do about the rest. */
import { statfs } from 'node:fs/promises'
import type { Environment } from '../config/settings-reader.ts'
import { doctorRules } from '../rules/doctor.ts'
import {
  createMonotonicClock,
  createSystemClock,
  silentLog,
  systemRandom,
  type World,
} from '../runtime/world.ts'
import { createWechatHttp } from '../wechat/http.ts'
import { checkAccount } from './account.ts'
import { createChecks, type Finding } from './check.ts'
import { checkDatabase } from './database.ts'
import { checkDisk, type StatFs } from './disk.ts'
import { checkNetwork } from './network.ts'
import { checkPush } from './push.ts'
import { checkSettings } from './settings.ts'

export interface Examination {
  env: Environment
  /** The address of the server as WeChat calls it, before `/v1/push/`. Default: not known. */
  pushUrl?: string
}

/** What surrounds the doctor. Default: this machine, and no log. */
interface Surroundings {
  world: World
  fetch: typeof fetch
  statfs: StatFs
}

/**
 * Changes nothing in the database and nothing at WeChat; checks that do not need each other run at
 * once. Never rejects for what it looks at: that is a finding. No finding holds a secret.
 *
 * @returns a finding for each check, in the order of `subjects`, app by app
 */
export async function examine(
  { env, pushUrl }: Examination,
  surroundings: Partial<Surroundings> = {},
): Promise<Finding[]> {
  const { world, ...around } = { ...thisMachine(), ...surroundings }
  const { config, findings } = checkSettings(env)
  if (!config) return findings
  const { callWithinMs: timeoutMs } = doctorRules
  const http = createWechatHttp({
    base: config.apiBase,
    ...(config.proxy !== undefined && { proxy: config.proxy }),
    timeoutMs,
  })
  const checks = createChecks(world.monotonic)
  const database = checkDatabase(config, checks, world)
  const network = checkNetwork(config, checks, http)
  const { tables } = database
  const { reached } = network
  const checked = await Promise.all([
    ...database.checks,
    checks.run({ name: 'disk' }, () => checkDisk(config.database, around.statfs)),
    ...network.checks,
    ...config.apps.flatMap((app) => [
      ...checkAccount(app, checks, { http, world, reached, tables }),
      checks.run({ name: 'push-address', appId: app.appId }, () =>
        checkPush(app, pushUrl, { world, fetch: around.fetch }),
      ),
    ]),
  ])
  await Promise.all([http.close(), database.close()])
  return [...findings, ...checked.map(({ finding }) => finding)]
}

const thisMachine = (): Surroundings => ({
  world: {
    clock: createSystemClock(),
    monotonic: createMonotonicClock(),
    random: systemRandom,
    log: silentLog,
  },
  fetch,
  statfs,
})
