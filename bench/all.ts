/**
 * Runs all benches or the named ones, each in its own process.
 *
 *   npm run bench                      all: about half an hour on an otherwise idle machine
 *   npm run bench -- spend --quick     one, in a single short turn
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const benches = [
  'http-stack',
  'instructions',
  'spend',
  'ingest',
  'spend-many',
  'many-apps',
  'fsyncs',
  'latency',
  'postgres',
  'graphile-worker',
  'processes',
  'snapshot',
  'lists',
  'broadcast',
  'token',
  'footprint',
  'console',
  'simulator',
]

/** They need more than `npm ci` and PostgreSQL, and run where they are named. */
const onRequest = ['citus']

const named = process.argv.slice(2).filter((word) => !word.startsWith('-'))
const options = process.argv.slice(2).filter((word) => word.startsWith('-'))
const unknown = named.find((name) => ![...benches, ...onRequest].includes(name))
if (unknown !== undefined) {
  throw new Error(
    `There is no bench ${unknown}: name some of ${benches.join(', ')}, or none for all. ` +
      `Only named ones run: ${onRequest.join(', ')}.`,
  )
}
for (const name of named.length > 0 ? named : benches) {
  process.stdout.write(`== ${name}\n\n`)
  const child = fork(fileURLToPath(new URL(`./${name}.js`, import.meta.url)), options)
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) process.exit(code ?? 1)
}
