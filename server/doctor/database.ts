/** The database: its engine, what it promises, its tables, its clock, and what is sealed in it. */
import type { Config } from '../config/config.ts'
import type { DatabaseSettings } from '../config/database.ts'
import { createSeal } from '../crypto/seal.ts'
import { doctorRules } from '../rules/doctor.ts'
import { second } from '../rules/time.ts'
import { systemRandom, type World } from '../runtime/world.ts'
import type { DatabaseFacts, Inspection } from '../store/inspection.ts'
import {
  ok,
  problem,
  warning,
  type Bounds,
  type Checked,
  type Checks,
  type Outcome,
} from './check.ts'

interface DatabaseChecks {
  checks: Promise<Checked<unknown>>[]
  /** Has its value once the tables can be read. */
  tables: Promise<Checked<Inspection>>
  close(): Promise<void>
}

/** Opens a database for reading; `undefined`: there is no file yet. */
export type OpenInspection = (
  database: DatabaseSettings,
  world: Pick<World, 'monotonic'>,
) => Inspection | undefined

type DatabaseSurroundings = Pick<World, 'clock' | 'monotonic'> & {
  most: Bounds
  openInspection: OpenInspection
}

interface Opened {
  inspection: Inspection
  facts: DatabaseFacts
  /** How far the clock of the database is ahead of ours. */
  aheadMs: number
}

export function checkDatabase(
  { database, secretKeys }: Pick<Config, 'database' | 'secretKeys'>,
  { run, after }: Checks,
  { clock, monotonic, most, openInspection }: DatabaseSurroundings,
): DatabaseChecks {
  let inspection: Inspection | undefined

  async function open(): Promise<Outcome<Opened>> {
    inspection = openInspection(database, { monotonic })
    if (!inspection) {
      return warning('there is no file yet', 'serve makes it, and migrate does.')
    }
    const fromMs = clock.now()
    const facts = await inspection.facts()
    // Its clock was read at some moment between the two: only what lies beyond them is certain.
    const [least, largest] = [facts.nowMs - clock.now(), facts.nowMs - fromMs]
    const aheadMs = Math.max(least, Math.min(largest, 0))
    if (facts.unfit !== undefined) return problem(facts.version, facts.unfit)
    return ok(facts.version, { inspection, facts, aheadMs })
  }

  const opened = run({ name: 'database' }, () =>
    open().catch((error: Error) => problem(error.message, unreadable[database.engine])),
  )
  const durability = after(opened, { name: 'durability' }, async ({ facts: { risks } }) =>
    risks.length === 0
      ? ok('what was acknowledged survives a crash')
      : warning(`${risks.join('; ')}.`),
  )
  const tables = after(opened, { name: 'migrations' }, checkMigrations)
  const clocks = after(opened, { name: 'clock' }, async ({ aheadMs }) => checkClock(aheadMs))
  const seals = after(tables, { name: 'secret-keys' }, (looked) =>
    checkSeals(looked, secretKeys, most),
  )

  const webhooks = after(tables, { name: 'webhooks' }, checkWebhooks)

  return {
    checks: [opened, durability, tables, clocks, seals, webhooks],
    tables,
    async close() {
      await inspection?.close()
    },
  }
}

/** Errors of PostgreSQL say by themselves what to do. */
const unreadable = {
  sqlite: 'Run doctor as the user of the server; where the file is damaged, restore a backup.',
  postgres: undefined,
} as const

async function checkMigrations({ inspection, facts }: Opened): Promise<Outcome<Inspection>> {
  const { dueMigrations: due, newerMigration } = facts
  if (newerMigration !== undefined) {
    return problem(
      `a newer version wrote the database: it holds ${newerMigration}`,
      'Install that version, or use another database.',
    )
  }
  if (due.length === 0) return ok('none is due', inspection)
  return warning(
    `due: ${due.map(({ name }) => name).join(', ')}`,
    'serve applies them at its start, and migrate does.',
  )
}

async function checkWebhooks(inspection: Inspection): Promise<Outcome<never>> {
  const all = await inspection.listWebhooks()
  const named = (some: typeof all) => some.map(({ id, failure }) => `${id} (${failure})`).join(', ')
  const disabled = all.filter(({ disabledAtMs }) => disabledAtMs !== undefined)
  if (disabled.length > 0) {
    return problem(
      `disabled, since they failed for days: ${named(disabled)}`,
      'Repair the receiver, then POST /v1/webhooks/<id>/replay; or delete the webhook.',
    )
  }
  const failing = all.filter(({ failingSinceMs }) => failingSinceMs !== undefined)
  if (failing.length > 0) {
    return warning(
      `failing: ${named(failing)}`,
      'Look at GET /v1/webhooks/<id>, and repair the receiver: events are tried again for a day.',
    )
  }
  return ok(all.length === 0 ? 'there are none' : `none of ${all.length} fails`)
}

function checkClock(aheadMs: number): Outcome<never> {
  if (Math.abs(aheadMs) <= doctorRules.maxSkewMs) {
    return ok(`the database and this machine agree, within ${doctorRules.maxSkewMs / second} s`)
  }
  const seconds = (Math.abs(aheadMs) / second).toFixed(1)
  return warning(
    `the clock of the database is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} ours`,
    'Let NTP set both: ends of credits, and the age of pushes and user data, count by ours.',
  )
}

async function checkSeals(
  inspection: Inspection,
  secretKeys: readonly Buffer[],
  most: Bounds,
): Promise<Outcome<never>> {
  const seal = createSeal(secretKeys, systemRandom)
  const counts = await inspection.countSeals(most.sealedValues)
  const sumOf = (some: typeof counts) => some.reduce((sum, { count }) => sum + count, 0)
  const all = sumOf(counts)
  const foreign = sumOf(counts.filter(({ keyId }) => !seal.isListed(keyId)))
  if (all > 0 && foreign === all) {
    return problem(
      `REACH_SECRET_KEY opens none of the ${all} sealed session keys and tokens`,
      'Start with the key that sealed them, or list it behind the new one in REACH_SECRET_KEYS.',
    )
  }
  if (foreign > 0) {
    return warning(
      `${foreign} of ${all} sealed session keys and tokens open under no key`,
      'List the key that sealed them in REACH_SECRET_KEYS; docs/operations.md says what to do ' +
        'when it is lost.',
    )
  }
  const unused = seal.keyIds.findIndex(
    (id, index) => index > 0 && counts.every(({ keyId }) => !keyId.equals(id)),
  )
  if (unused > 0) {
    return warning(
      `key number ${unused + 1} of REACH_SECRET_KEYS opens no stored value`,
      'Leave it out if its rotation is done; before a rotation this is as it should be.',
    )
  }
  return ok(all === 0 ? 'nothing is sealed yet' : `all ${all} sealed values have a listed key`)
}
