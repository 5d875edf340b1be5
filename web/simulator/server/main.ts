#!/usr/bin/env node
/** The command: `wx-reach-simulator FOLDER [--server URL] [--sandbox URL] …`. */
import { parseArgs } from 'node:util'
import { ProjectError } from './project.ts'
import { startSimulator } from './serve.ts'

const usage = `wx-reach-simulator FOLDER [options]: runs a mini-program's folder in a browser

  --server URL    the wx-reach server          --port N        default: 3002
  --sandbox URL   the wx-reach sandbox         --host HOST     default: 127.0.0.1
  --app-id ID     default: wx0000000000sandbox --domain URL    a request domain; may be repeated
  --no-watch      does not compile again when a file changes`

const print = (text: string) => process.stdout.write(`${text}\n`)

/** A wrong argument. */
class UsageError extends Error {
  override name = 'UsageError'
}

function portOf(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new UsageError(`--port ${text}: name a number from 0 to 65535; 0 takes a free port`)
}

function urlOf(name: string, text: string): string {
  if (/^https?:\/\/[^/?#]+/.test(text) && URL.canParse(text)) return text
  throw new UsageError(`--${name} ${text}: name an address, as http://127.0.0.1:3000`)
}

/** The simulator cannot start. */
class StartError extends Error {
  override name = 'StartError'
}

/** What to do where the address cannot be had. */
function adviceOn(error: NodeJS.ErrnoException, port: number, host: string): string | undefined {
  if (error.code === 'EADDRINUSE') {
    return `port ${port} is in use: end what uses it, or name another by --port (0: a free one)`
  }
  if (error.code === 'EACCES') return `port ${port} is not allowed: name one above 1023 by --port`
  if (error.code === 'ENOTFOUND' || error.code === 'EADDRNOTAVAIL') {
    return `--host ${host} is no address of this machine: 127.0.0.1 is one`
  }
  return undefined
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      server: { type: 'string' },
      sandbox: { type: 'string' },
      'app-id': { type: 'string' },
      port: { type: 'string' },
      host: { type: 'string' },
      domain: { type: 'string', multiple: true },
      'no-watch': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help === true || positionals.length !== 1) {
    print(usage)
    process.exitCode = values.help === true ? 0 : 1
  } else {
    const port = portOf(values.port ?? '3002')
    const { host = '127.0.0.1' } = values
    for (const domain of values.domain ?? []) urlOf('domain', domain)
    const simulator = await startSimulator({
      folder: positionals[0]!,
      port,
      host,
      watch: values['no-watch'] !== true,
      ...(values.server !== undefined && { server: urlOf('server', values.server) }),
      ...(values.sandbox !== undefined && { sandbox: urlOf('sandbox', values.sandbox) }),
      ...(values['app-id'] !== undefined && { appId: values['app-id'] }),
      ...(values.domain && { domains: values.domain }),
      onCompiled: ({ problems }) => {
        for (const { kind, file, text } of problems) {
          print(`${kind === 'lacking' ? 'not played' : kind}: ${file}: ${text}`)
        }
      },
    }).catch((error: NodeJS.ErrnoException) => {
      const advice = adviceOn(error, port, host)
      throw advice === undefined ? error : new StartError(advice, { cause: error })
    })
    print(`${simulator.project.name}: ${simulator.url}`)
    const stop = () => void simulator.close()
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)
  }
} catch (error) {
  const isUsage =
    error instanceof UsageError ||
    String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS')
  const isOurs = error instanceof ProjectError || error instanceof StartError || isUsage
  if (!isOurs) throw error
  process.stderr.write(`${(error as Error).message}\n${isUsage ? `\n${usage}\n` : ''}`)
  process.exitCode = 1
}
