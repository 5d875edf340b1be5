/** What a command is, and how its options are read and explained. */
import { parseArgs } from 'node:util'

/** A command takes its process as an argument, so that tests can run it without one. */
export interface Terminal<Options extends OptionSpecs = Record<never, never>> {
  env: Readonly<Record<string, string | undefined>>
  print(text: string): void
  /** Resolves on SIGTERM or SIGINT. */
  stopped: Promise<void>
  /** Default: none is set. */
  options?: OptionValues<Options>
}

/** Resolves with the exit code when the command is done or was stopped. */
export type Command<Options extends OptionSpecs = Record<never, never>> = (
  terminal: Terminal<Options>,
) => Promise<number>

export interface OptionSpec {
  type: 'string' | 'boolean'
  multiple?: true
  /** What stands for the value in the help, as `N`. */
  value?: string
  does: string
}
export type OptionSpecs = Readonly<Record<string, OptionSpec>>

export type OptionValues<Options extends OptionSpecs> = {
  readonly [Name in keyof Options]?: Options[Name] extends { type: 'boolean' }
    ? boolean
    : Options[Name] extends { multiple: true }
      ? string[]
      : string
}

/** The command line cannot be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** @throws {UsageError} on an unknown option, on one without its value, and on further words */
export function readOptions(args: readonly string[], options: OptionSpecs): object {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values
  } catch (error) {
    const { message } = error as Error
    // Node goes on with advice on positional arguments, which no command takes.
    throw new UsageError(`${message.split(/\. /)[0]}.`, { cause: error })
  }
}

export function helpOf(name: string, does: string, options: OptionSpecs): string {
  const help: OptionSpec = { type: 'boolean', does: 'print this' }
  const rows = Object.entries({ ...options, help })
  const words = rows.map(([option, { value }]) => `--${option}${value ? ` ${value}` : ''}`)
  const width = Math.max(...words.map(({ length }) => length))
  const lines = rows.map(([, row], n) => `  ${words[n]!.padEnd(width)}  ${row.does}`)
  return [`wx-reach-server ${name} [options]`, '', `  ${does}`, '', ...lines].join('\n')
}
