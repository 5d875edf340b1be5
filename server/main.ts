#!/usr/bin/env node
/**
 * The process: runs one command and sets the exit code. An error prints its message, not its stack
 * trace.
 */
import type { Command } from './commands/command.ts'
import { errors, openapi } from './commands/docs.ts'
import { migrate } from './commands/migrate.ts'
import { sandbox } from './commands/sandbox.ts'
import { serve } from './commands/serve.ts'
import { start } from './commands/start.ts'
import { walk } from './commands/walk.ts'
import { shutdownRules } from './rules/process.ts'

const commands: Record<string, { run: Command; does: string }> = {
  serve: { run: serve, does: 'run the server with the settings of the environment' },
  sandbox: { run: sandbox, does: 'simulate api.weixin.qq.com on localhost' },
  migrate: { run: migrate, does: 'apply the migrations that are due' },
  start: { run: start, does: 'run the demo: sandbox and server together' },
  walk: { run: walk, does: 'perform the steps of the tour against the running demo' },
  errors: { run: errors, does: 'print docs/errors.md' },
  openapi: { run: openapi, does: 'print the OpenAPI document' },
}

const usage = [
  'wx-reach-server <command>',
  '',
  ...Object.entries(commands).map(([name, { does }]) => `  ${name.padEnd(9)}${does}`),
].join('\n')

/* eslint-disable no-console -- the only file that writes to the terminal */
async function main(name: string | undefined): Promise<number> {
  const command = name === undefined ? undefined : commands[name]
  if (!command) {
    const asked = name === undefined || /^(-h|--help|help)$/.test(name)
    console.error(asked ? usage : `There is no command ${name}.\n\n${usage}`)
    return asked && name !== undefined ? 0 : 2
  }
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
  })
  try {
    return await command.run({ env: process.env, print: console.log, stopped })
  } catch (error) {
    console.error(error instanceof Error ? messageOf(error) : String(error))
    return 1
  }
}

const messageOf = ({ message, code }: NodeJS.ErrnoException) =>
  code === 'EADDRINUSE'
    ? `${message}: stop the process that uses it, or set PORT (in the demo also SANDBOX_PORT).`
    : message

process.exitCode = await main(process.argv[2])
// A connection to a database that does not respond would keep the process alive.
setTimeout(() => process.exit(), shutdownRules.exitWithinMs).unref()
