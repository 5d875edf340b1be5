/** All checks of a deployment: what is fine, and what to do about the rest. */
import { statfs } from 'node:fs/promises'
import type { Config } from '../config/config.ts'
import type { Environment } from '../config/settings-reader.ts'
import { doctorRules } from '../rules/doctor.ts'
import {
  createMonotonicClock,
  createSingleFlight,
  createSystemClock,
  silentLog,
  systemRandom,
  type World,
} from '../runtime/world.ts'
import { createWechatHttp } from '../wechat/http.ts'
import { checkAccount } from './account.ts'
import { createChecks, type Bounds, type Finding } from './check.ts'
import { checkDatabase, type OpenInspection } from './database.ts'
import { checkDisk, type StatFs } from './disk.ts'
import { checkNetwork } from './network.ts'
import { checkForwarding, checkPush } from './push.ts'
import { checkSettings, findingsOf } from './settings.ts'

export interface Examination {
  env: Environment
  /** The address of the server as WeChat calls it, before `/v1/push/`. Default: not known. */
  pushUrl?: string
  openInspection: OpenInspection
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
  { env, pushUrl, openInspection }: Examination,
  surroundings: Partial<Surroundings> = {},
): Promise<Finding[]> {
  const { config, findings } = checkSettings(env)
  if (!config) return findings
  const around = { ...thisMachine(), ...surroundings }
  return [
    ...findings,
    ...(await checkAll(config, { ...around, pushUrl, openInspection, most: doctorRules })),
  ]
}

/** The settings that the other checks need. */
export type ExaminedConfig = Pick<
  Config,
  'database' | 'secretKeys' | 'apiBase' | 'proxy' | 'apps'
> &
  Partial<Pick<Config, 'warnings' | 'cloudToken'>>

interface LookingWith {
  pushUrl?: string | undefined
  most: Bounds
  openInspection: OpenInspection
}

async function checkAll(
  config: ExaminedConfig,
  around: Surroundings & LookingWith,
): Promise<Finding[]> {
  const { world, pushUrl, most, openInspection } = around
  const { callWithinMs: timeoutMs } = doctorRules
  const http = createWechatHttp({
    base: config.apiBase,
    ...(config.proxy !== undefined && { proxy: config.proxy }),
    timeoutMs,
  })
  const checks = createChecks(world.monotonic)
  const database = checkDatabase(config, checks, { ...world, most, openInspection })
  const network = checkNetwork(config, checks, http)
  const { tables } = database
  const { reached } = network
  const checked = await Promise.all([
    ...database.checks,
    checks.run({ name: 'disk' }, () => checkDisk(config.database, around.statfs)),
    ...network.checks,
    ...config.apps.flatMap((app) => [
      ...checkAccount(app, checks, {
        http,
        world,
        reached,
        tables,
        most,
        cloudToken: config.cloudToken ?? false,
      }),
      checks.run({ name: 'push-address', appId: app.appId }, () =>
        checkPush(app, pushUrl, { world, fetch: around.fetch }),
      ),
      checks.run({ name: 'forward-pushes', appId: app.appId }, () =>
        checkForwarding(app, { world, fetch: around.fetch }),
      ),
    ]),
  ])
  await Promise.all([http.close(), database.close()])
  return checked.map(({ finding }) => finding)
}

export interface Doctor {
  /** The findings of the last look, or of a new one where that is older than a minute. */
  look(): Promise<{ checkedAtMs: number; findings: Finding[] }>
}

/** Looks at the deployment of this process, with its own settings. */
export function createDoctor(
  config: ExaminedConfig,
  { world, openInspection }: { world: World; openInspection: OpenInspection },
): Doctor {
  const looking = createSingleFlight<Awaited<ReturnType<Doctor['look']>>>()
  let last: { looked: Awaited<ReturnType<Doctor['look']>>; untilMs: number } | undefined

  async function lookAgain() {
    const checkedAtMs = world.clock.now()
    const around = { ...thisMachine(), world, openInspection, most: doctorRules.inProcess }
    const findings = [...findingsOf(config), ...(await checkAll(config, around))]
    const looked = { checkedAtMs, findings }
    last = { looked, untilMs: world.monotonic.now() + doctorRules.keptMs }
    return looked
  }

  return {
    async look() {
      if (last && world.monotonic.now() < last.untilMs) return last.looked
      return looking.run('all', lookAgain)
    },
  }
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
