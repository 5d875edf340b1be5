/** What a check finds, and how checks run: bounded in time, and after those that they need. */
import type { DoctorFinding, DoctorSubject } from '../../shared/wire/index.ts'
import { doctorRules } from '../rules/doctor.ts'
import { second } from '../rules/time.ts'
import { withTimeout, type MonotonicClock } from '../runtime/world.ts'

export const subjects = [
  'settings',
  'database',
  'durability',
  'migrations',
  'clock',
  'secret-keys',
  'webhooks',
  'disk',
  'proxy',
  'wechat',
  'app-secret',
  'ip-white-list',
  'edition',
  'templates',
  'quotas',
  'push-address',
  'forward-pushes',
] as const satisfies readonly DoctorSubject[]

export type Finding = DoctorFinding

/** How many rows the checks look at. */
export type Bounds = Pick<typeof doctorRules.inProcess, 'messages' | 'sealedValues'>

type Subject = Pick<Finding, 'name' | 'appId'>
export type Verdict = Omit<Finding, keyof Subject>

/** What a check is told, and what later checks need of it. Without `value` they are skipped. */
export type Outcome<Value> = Verdict & { value?: Value }

export interface Checked<Value> {
  finding: Finding
  value?: Value
}

export const ok = <Value>(detail: string, value?: Value): Outcome<Value> => ({
  status: 'ok',
  detail,
  ...(value !== undefined && { value }),
})
export const warning = (detail: string, advice?: string): Verdict => told('warning', detail, advice)
export const problem = (detail: string, advice?: string): Verdict => told('problem', detail, advice)
export const skipped = (detail: string, advice?: string): Verdict => told('skipped', detail, advice)

const told = (status: Finding['status'], detail: string, advice?: string): Verdict => ({
  status,
  detail,
  ...(advice !== undefined && { advice }),
})

export interface Checks {
  /** Never rejects: a check that fails or takes too long has a problem. */
  run<Value>(subject: Subject, work: () => Promise<Outcome<Value>>): Promise<Checked<Value>>
  /** Runs with the value of `need`; without one it is skipped, and names what comes first. */
  after<Need, Value>(
    need: Promise<Checked<Need>>,
    subject: Subject,
    work: (need: Need) => Promise<Outcome<Value>>,
  ): Promise<Checked<Value>>
}

export function createChecks(monotonic: MonotonicClock): Checks {
  const { checkWithinMs } = doctorRules

  async function run<Value>(
    subject: Subject,
    work: () => Promise<Outcome<Value>>,
  ): Promise<Checked<Value>> {
    const outcome = await withTimeout(monotonic, checkWithinMs, work).catch((error: Error) =>
      problem(error.message),
    )
    if (outcome === 'timed_out') {
      return {
        finding: { ...subject, ...problem(`no result in ${checkWithinMs / second} seconds`) },
      }
    }
    const { value, ...verdict } = outcome as Outcome<Value>
    return { finding: { ...subject, ...verdict }, ...(value !== undefined && { value }) }
  }

  return {
    run,
    async after(need, subject, work) {
      const { finding, value } = await need
      if (value !== undefined) return run(subject, () => work(value))
      return { finding: { ...subject, ...skipped(`not looked at: see ${labelOf(finding)}`) } }
    },
  }
}

/** Both values; without one, the check to look at first. */
export async function both<One, Other>(
  one: Promise<Checked<One>>,
  other: Promise<Checked<Other>>,
): Promise<Checked<[One, Other]>> {
  const [a, b] = await Promise.all([one, other])
  if (a.value === undefined) return { finding: a.finding }
  if (b.value === undefined) return { finding: b.finding }
  return { finding: a.finding, value: [a.value, b.value] }
}

export const labelOf = ({ name, appId }: Subject): string => (appId ? `${name} ${appId}` : name)
