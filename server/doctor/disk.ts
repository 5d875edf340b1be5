/** The disk of a SQLite file. */
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { DatabaseSettings } from '../config/database.ts'
import { sqliteRules } from '../rules/database.ts'
import { doctorRules, fileSystems } from '../rules/doctor.ts'
import { ok, problem, warning, type Outcome } from './check.ts'

/** As `statfs` of node:fs/promises. */
export type StatFs = (path: string) => Promise<{ type: number; bavail: number; bsize: number }>

export async function checkDisk(
  database: DatabaseSettings,
  statfs: StatFs,
): Promise<Outcome<never>> {
  if (database.engine !== 'sqlite') return ok("PostgreSQL's own: watch it where that runs")
  const { path } = database
  const { type, bavail, bsize } = await statfs(dirname(path))
  const free = bavail * bsize
  const [file, log] = await Promise.all([sizeOf(path), sizeOf(`${path}-wal`)])
  const sizes = `${bytes(free)} free, the database takes ${bytes(file)} and its log ${bytes(log)}`
  if (free < doctorRules.disk.full) {
    return problem(sizes, 'Free the disk: once it is full, the server answers 503.')
  }
  if (isOneOf(fileSystems.memory, type)) {
    return warning('it is in memory: the end of the machine is its end', moveIt)
  }
  if (isOneOf(fileSystems.network, type)) {
    return warning('it is on a network, where locks and syncs may not hold', moveIt)
  }
  if (log > 2 * sqliteRules.maxLogBytes) {
    return warning(
      sizes,
      'End the reader that keeps its transaction open: the log grows until then.',
    )
  }
  if (free < Math.max(doctorRules.disk.low, file)) {
    return warning(sizes, 'Free the disk: a backup takes as much as the database.')
  }
  return ok(sizes)
}

const moveIt = 'Put the database on a local disk.'

const isOneOf = (types: readonly number[], type: number) => types.includes(type)

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  )

const bytes = (count: number) =>
  count < 2 ** 30 ? `${(count / 2 ** 20).toFixed(1)} MB` : `${(count / 2 ** 30).toFixed(1)} GB`
