/** Reads settings one by one and collects all problems, so that one start names them all. */

export type Environment = Readonly<Record<string, string | undefined>>

export interface SettingsReader {
  /**
   * `undefined`: unset, or wrong. An empty setting counts as unset: compose files produce those.
   * A setting of `fileSettings` may come from the file that `NAME_FILE` names.
   */
  optional<T>(name: string, parse: Parse<T>): T | undefined
  /** As `optional`; an unset setting is a problem too, and `fix` says how to set it. */
  required<T>(name: string, fix: string, parse: Parse<T>): T | undefined
  isSet(name: string): boolean
  /** @param text what is wrong and what to do, without the name of the setting */
  addProblem(name: string, text: string): void
  readonly problems: readonly SettingProblem[]
  /** All names that were asked for so far. */
  known(): readonly string[]
}

type Parse<T> = (text: string) => Parsed<T>
export type Parsed<T> = { value: T } | { problem: string }

export interface SettingProblem {
  setting: string
  /** What is wrong and what to do. It quotes no value: most settings are secrets. */
  message: string
}

/** `NAME_FILE` may name the file of each: see secret-files.ts. */
const fileSettings: readonly string[] = [
  'DATABASE_URL',
  'WECHAT_SECRET',
  'WECHAT_PUSH_TOKEN',
  'WECHAT_PUSH_AES_KEY',
  'REACH_API_KEYS',
  'REACH_SECRET_KEY',
  'REACH_SECRET_KEYS',
  'REACH_HTTPS_PROXY',
]

/** The text of a file, or what is wrong with it. A problem quotes neither the path nor the text. */
export type ReadSecretFile = (path: string) => Parsed<string>

export function createSettingsReader(
  env: Environment,
  readSecretFile: ReadSecretFile,
): SettingsReader {
  const problems: SettingProblem[] = []
  const texts = new Map<string, string | undefined>()
  const fileOf = (name: string) => (fileSettings.includes(name) ? `${name}_FILE` : undefined)
  const valueOf = (name: string) => env[name]?.trim() || undefined

  const addProblem = (name: string, text: string) => {
    const file = fileOf(name)
    const setting = file && valueOf(name) === undefined && valueOf(file) ? file : name
    problems.push({ setting, message: `${setting} ${text}` })
  }

  function textOf(name: string): string | undefined {
    if (!texts.has(name)) texts.set(name, readText(name))
    return texts.get(name)
  }

  function readText(name: string): string | undefined {
    const text = valueOf(name)
    const file = fileOf(name)
    const path = file && valueOf(file)
    if (path === undefined) return text
    if (text !== undefined) {
      addProblem(name, `is set together with ${file}: leave one of the two out`)
      return text
    }
    const read = readSecretFile(path)
    if ('value' in read && read.value.trim() !== '') return read.value.trim()
    addProblem(name, 'value' in read ? 'names an empty file' : read.problem)
    return undefined
  }

  const isSet = (name: string) => {
    const file = fileOf(name)
    return textOf(name) !== undefined || (file !== undefined && valueOf(file) !== undefined)
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
      if (!isSet(name)) addProblem(name, `is missing: ${fix}`)
      return optional(name, parse)
    },
    isSet,
    known: () => [...texts.keys()].flatMap((name) => [name, fileOf(name) ?? name]),
  }
}
