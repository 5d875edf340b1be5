#!/usr/bin/env node
/**
 * The process: runs one command and sets the exit code. An error prints its message, not its stack
 * trace.
 */
import {
  helpOf,
  readOptions,
  UsageError,
  type Command,
  type OptionSpecs,
} from './commands/command.ts'
import { doctor, doctorOptions } from './commands/doctor.ts'
import {
  createKey,
  createOptions,
  listKeys,
  listOptions,
  revokeKey,
  revokeOptions,
} from './commands/keys.ts'
import { migrate, migrateOptions } from './commands/migrate.ts'
import { openapi, openapiOptions } from './commands/openapi.ts'
import { sandbox, sandboxOptions } from './commands/sandbox.ts'
import { serve } from './commands/serve.ts'
import { start } from './commands/start.ts'
import { walk } from './commands/walk.ts'
import { shutdownRules } from './rules/process.ts'
import { version } from './runtime/version.ts'

interface Entry {
  run: Command<OptionSpecs>
  does: string
  /** Default: none. */
  options?: OptionSpecs
  /** What sets its ports, for the message when one is in use. */
  ports?: string
}

const commands: Readonly<Record<string, Entry>> = {
  serve: {
    run: serve,
    does: 'run the server with the settings of the environment',
    ports: 'PORT',
  },
  sandbox: {
    run: sandbox,
    does: 'simulate api.weixin.qq.com on localhost',
    options: sandboxOptions,
    ports: '--port, SANDBOX_PORT or --tls-port',
  },
  migrate: {
    run: migrate,
    does: 'apply the migrations that are due',
    options: migrateOptions,
  },
  doctor: {
    run: doctor,
    does: 'say what is wrong with a deployment, and what to do',
    options: doctorOptions,
  },
  'keys create': {
    run: createKey,
    does: 'make an API key in the database',
    options: createOptions,
  },
  'keys list': { run: listKeys, does: 'list the API keys of the database', options: listOptions },
  'keys revoke': { run: revokeKey, does: 'revoke an API key', options: revokeOptions },
  start: {
    run: start,
    does: 'run the demo: sandbox and server together',
    ports: 'PORT, SANDBOX_PORT and SIMULATOR_PORT for the simulator',
  },
  walk: { run: walk, does: 'perform the steps of the tour against the running demo' },
  openapi: { run: openapi, does: 'print the OpenAPI document', options: openapiOptions },
}

const usage = [
  'wx-reach-server <command> [options]',
  '',
  ...Object.entries(commands).map(([name, { does }]) => `  ${name.padEnd(13)}${does}`),
  '',
  '  <command> --help prints its options, and --version the version of the package.',
].join('\n')

const isHelp = (word: string) => word === '--help' || word === '-h'

/* eslint-disable no-console -- the only file that writes to the terminal */
async function main(words: string[]): Promise<number> {
  const [name, args] = splitCommand(words)
  if (name === '--version' || name === '-v') return say(version)
  if (isHelp(name) || name === 'help') return say(usage)
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) {
    console.error(name === '' ? usage : `There is no command ${name}.\n\n${usage}`)
    return 2
  }
  const { run, does, options: specs = {}, ports } = command
  if (args.some(isHelp)) return say(helpOf(name, does, specs))
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
  })
  try {
    const options = readOptions(args, specs)
    return await run({ env: process.env, print: console.log, stopped, options })
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${helpOf(name, does, specs)}`)
      return 2
    }
    console.error(error instanceof Error ? messageOf(error, ports) : String(error))
    return 1
  }
}

/** The name of a command is one word, or two as in `keys list`. */
function splitCommand([first = '', ...rest]: string[]): [name: string, args: string[]] {
  const both = `${first} ${rest[0] ?? ''}`
  return Object.hasOwn(commands, both) ? [both, rest.slice(1)] : [first, rest]
}

function say(text: string): number {
  console.log(text)
  return 0
}

const messageOf = ({ message, code }: NodeJS.ErrnoException, ports: string | undefined) =>
  code === 'EADDRINUSE' && ports
    ? `${message}: stop the process that uses it, or set ${ports}.`
    : message

process.exitCode = await main(process.argv.slice(2))
// A connection to a database that does not respond would keep the process alive.
setTimeout(() => process.exit(), shutdownRules.exitWithinMs).unref()
