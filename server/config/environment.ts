/** Reads settings one by one and remembers all that is wrong, so that one start names it all. */

export type Environment = Readonly<Record<string, string | undefined>>

export interface Environmental {
  /** The setting, or `undefined` where it is unset. An empty one counts as unset: composed files leave such. */
  optional<T>(name: string, decode: (text: string) => Decoded<T>): T | undefined
  /** As `optional`; unset is wrong too, and `fix` says how to get one. */
  required<T>(name: string, fix: string, decode: (text: string) => Decoded<T>): T | undefined
  isSet(name: string): boolean
  wrong(name: string, fix: string): void
  readonly problems: readonly SettingProblem[]
}

export type Decoded<T> = { value: T } | { wrong: string }

export interface SettingProblem {
  setting: string
  /** What is wrong and what to do. Quotes no value: most settings are secrets. */
  message: string
}

export function readEnvironment(env: Environment): Environmental {
  const problems: SettingProblem[] = []
  const textOf = (name: string) => env[name]?.trim() || undefined
  const wrong = (setting: string, fix: string) => {
    problems.push({ setting, message: `${setting} ${fix}` })
  }
  function optional<T>(name: string, decode: (text: string) => Decoded<T>): T | undefined {
    const text = textOf(name)
    if (text === undefined) return undefined
    const decoded = decode(text)
    if ('value' in decoded) return decoded.value
    wrong(name, decoded.wrong)
    return undefined
  }
  return {
    problems,
    wrong,
    optional,
    required(name, fix, decode) {
      if (textOf(name) === undefined) wrong(name, `is missing: ${fix}`)
      return optional(name, decode)
    },
    isSet: (name) => textOf(name) !== undefined,
  }
}
