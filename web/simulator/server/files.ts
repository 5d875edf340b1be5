/** Where the files of a project are: in its folder, or in npm packages as DevTools builds them. */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, posix, resolve, sep } from 'node:path'

/**
 * Files by their paths in the mini-program, as `pages/index/index.ts` or
 * `miniprogram_npm/wx-reach/index.js`. `miniprogram_npm` is read where it exists. A package that is
 * only installed is read from `node_modules`, as DevTools would build it.
 */
export interface ProjectFiles {
  readonly root: string
  /** The file on disk; `undefined` where there is none. */
  locate(path: string): string | undefined
  read(path: string): string | undefined
  has(path: string): boolean
  /** The first of the paths that exists. */
  first(paths: readonly string[]): string | undefined
  /** The path that a package's `name` or `name/part` stands for, without an ending. */
  inPackage(name: string, from: string): string | undefined
}

const isFile = (path: string) => existsSync(path) && statSync(path).isFile()
const npm = 'miniprogram_npm/'

interface Manifest {
  main?: string
  miniprogram?: string
}

export function createProjectFiles(folder: string): ProjectFiles {
  const root = realpathSync(folder)
  const manifests = new Map<string, { folder: string; manifest: Manifest } | undefined>()

  /** The package as it is installed: looked for in the folder and in those above, as by Node. */
  function installed(name: string) {
    if (manifests.has(name)) return manifests.get(name)
    let found: { folder: string; manifest: Manifest } | undefined
    for (let at = root; ; at = dirname(at)) {
      const packageFolder = join(at, 'node_modules', name)
      const file = join(packageFolder, 'package.json')
      if (isFile(file)) {
        const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest
        found = { folder: packageFolder, manifest }
        break
      }
      if (dirname(at) === at) break
    }
    manifests.set(name, found)
    return found
  }

  function locate(path: string): string | undefined {
    const file = resolve(root, path)
    if (!file.startsWith(root + sep)) return undefined
    if (isFile(file)) return file
    if (!path.startsWith(npm)) return undefined
    const { name, rest } = splitPackage(path.slice(npm.length))
    const found = installed(name)
    if (!found) return undefined
    const { manifest } = found
    const base = resolve(found.folder, manifest.miniprogram ?? dirname(manifest.main ?? 'index.js'))
    const inside = resolve(base, rest)
    return inside.startsWith(base + sep) && isFile(inside) ? inside : undefined
  }

  const has = (path: string) => locate(path) !== undefined
  return {
    root,
    locate,
    has,
    read(path) {
      const file = locate(path)
      return file === undefined ? undefined : readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
    },
    first: (paths) => paths.find(has),
    inPackage(wanted, from) {
      const { name, rest } = splitPackage(wanted)
      // A sub-package may have its own miniprogram_npm: the nearest one counts.
      for (let at = posix.dirname(from); ; at = posix.dirname(at)) {
        const base = posix.join(at, npm, name)
        if (existsSync(join(root, base))) return posix.join(base, rest || 'index')
        if (at === '.' || at === '/' || at === '') break
      }
      const found = installed(name)
      if (!found) return undefined
      const main = posix.basename(found.manifest.main ?? 'index.js').replace(/\.[jt]s$/, '')
      return posix.join(npm, name, rest || (found.manifest.miniprogram ? 'index' : main))
    },
  }
}

/** `@scope/name/a/b` is the package `@scope/name` and the path `a/b`. */
function splitPackage(path: string): { name: string; rest: string } {
  const parts = path.split('/')
  const length = path.startsWith('@') ? 2 : 1
  return { name: parts.slice(0, length).join('/'), rest: parts.slice(length).join('/') }
}

/** A path that `from` names: relative to it, or from the root with a slash in front. */
export const pathFrom = (from: string, to: string): string =>
  to.startsWith('/')
    ? posix.normalize(to.slice(1))
    : posix.normalize(posix.join(posix.dirname(from), to))
