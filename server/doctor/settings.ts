import { ConfigError, readConfig, type Config } from '../config/config.ts'
import type { Environment } from '../config/settings-reader.ts'
import { ok, problem, skipped, subjects, warning, type Finding } from './check.ts'

/** The settings, one line for each that is wrong; without a config no other check can run. */
export function checkSettings(env: Environment): { config?: Config; findings: Finding[] } {
  const name = 'settings'
  try {
    const config = readConfig(env)
    return { config, findings: findingsOf(config) }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const wrong = error.problems.map(({ message }) => ({ name, ...problem(message) }) as const)
    const others = subjects
      .filter((subject) => subject !== name)
      .map((subject) => ({ name: subject, ...skipped(`not looked at: see ${name}`) }))
    return { findings: [...wrong, ...others] }
  }
}

/** Of settings that are complete. */
export function findingsOf({ warnings = [], apps }: Complete): Finding[] {
  const name = 'settings'
  if (warnings.length > 0) return warnings.map(({ message }) => ({ name, ...warning(message) }))
  return [{ name, ...ok(`complete, for ${appsOf({ apps })}`) }]
}

type Complete = Pick<Config, 'apps'> & Partial<Pick<Config, 'warnings'>>

const appsOf = ({ apps }: Pick<Config, 'apps'>) =>
  apps.length === 1 ? 'one app' : `${apps.length} apps`
