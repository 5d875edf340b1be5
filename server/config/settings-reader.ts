/** Reads settings one by one and collects all problems, so that one start names them all. */

export type Environment = Readonly<Record<string, string | undefined>>

export interface SettingsReader {
  /**
   * `undefined`: unset, or wrong. An empty setting counts as unset: compose files produce those.
   */
  optional<T>(name: string, parse: Parse<T>): T | undefined
  /** As `optional`; an unset setting is a problem too, and `fix` says how to set it. */
  required<T>(name: string, fix: string, parse: Parse<T>): T | undefined
  isSet(name: string): boolean
  /** @param text what is wrong and what to do, without the name of the setting */
  addProblem(name: string, text: string): void
  readonly problems: readonly SettingProblem[]
}

type Parse<T> = (text: string) => Parsed<T>
export type Parsed<T> = { value: T } | { problem: string }

export interface SettingProblem {
  setting: string
  /** What is wrong and what to do. It quotes no value: most settings are secrets. */
  message: string
}

export function createSettingsReader(env: Environment): SettingsReader {
  const problems: SettingProblem[] = []
  const textOf = (name: string) => env[name]?.trim() || undefined
  const addProblem = (setting: string, text: string) => {
    problems.push({ setting, message: `${setting} ${text}` })
  }
  function optional<T>(name: string, parse: Parse<T>): T | undefined {
    const text = textOf(name)
    if (text === undefined) return undefined
    const parsed = parse(text)
    if ('value' in parsed) return parsed.value
    addProblem(name, parsed.problem)
    return undefined
  }
  return {
    problems,
    addProblem,
    optional,
    required(name, fix, parse) {
      if (textOf(name) === undefined) addProblem(name, `is missing: ${fix}`)
      return optional(name, parse)
    },
    isSet: (name) => textOf(name) !== undefined,
  }
}
