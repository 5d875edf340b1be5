/**
 * How often SQLite waits for the disk: spends of 64 callers at once to a call of fsync or
 * fdatasync, which strace counts.
 *
 *   npm run bench -- fsyncs [--quick]
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { createSqliteStore } from '../server/store/sqlite/store.ts'
import { quick, seconds, table } from './compare.ts'
import { fill, temporaryFolder } from './filled-store.ts'
import { world } from './server.ts'
import { spendAtStore } from './spending.ts'

const callers = 64
const [, , path, counted] = process.argv

// The process that strace follows prints how many it spent.
if (path !== undefined && counted !== undefined) {
  const store = createSqliteStore({ path, world })
  const { spent } = await spendAtStore(store, { users: Number(counted), callers, seconds })
  await store.close()
  process.stdout.write(String(spent))
} else {
  const folder = temporaryFolder()
  const filled = join(folder, 'bench.db')
  const { users } = await fill(filled, quick ? 100_000 : 1_000_000)
  const traced = join(folder, 'calls')
  const argv = ['-f', '--seccomp-bpf', '-qq', '-e', 'trace=fsync,fdatasync', '-o', traced]
  const self = [process.execPath, fileURLToPath(import.meta.url), filled, String(users)]
  const child = spawn('strace', [...argv, ...self, ...(quick ? ['--quick'] : [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child.on('error', () => {
    throw new Error('strace is missing: install the Debian package of that name.')
  })
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
  if (code !== 0) throw new Error(`The spending process ended with ${String(code)}.`)
  const spent = Number(output)
  const syncs = readFileSync(traced, 'utf8').match(/\bf(data)?sync\(/g)?.length ?? 0
  table(
    [`SQLite, ${callers} callers`, 'spends', 'fsyncs', 'spends a fsync', 'at least'],
    [['one run', spent, syncs, spent / syncs, 16]],
  )
}
