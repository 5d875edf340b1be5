import { ConfigError, readConfig, type Config } from '../config/config.ts'
import type { Environment } from '../config/settings-reader.ts'
import { ok, problem, skipped, subjects, warning, type Finding } from './check.ts'

/** The settings, one line for each that is wrong; without a config no other check can run. */
export function checkSettings(env: Environment): { config?: Config; findings: Finding[] } {
  const name = 'settings'
  try {
    const config = readConfig(env)
    const risky = config.warnings.map(({ message }) => ({ name, ...warning(message) }) as const)
    const fine = { name, ...ok(`complete, for ${appsOf(config)}`) } as const
    return { config, findings: risky.length > 0 ? risky : [fine] }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const wrong = error.problems.map(({ message }) => ({ name, ...problem(message) }) as const)
    const others = subjects
      .filter((subject) => subject !== name)
      .map((subject) => ({ name: subject, ...skipped(`not looked at: see ${name}`) }))
    return { findings: [...wrong, ...others] }
  }
}

const appsOf = ({ apps }: Config) => (apps.length === 1 ? 'one app' : `${apps.length} apps`)
