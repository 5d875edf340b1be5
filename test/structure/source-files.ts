/** The source files and what they import, for the tests of the structure. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

const root = resolve(__dirname, '../..')

export interface Import {
  from: string
  /** A path from the root, or the name of a package. */
  to: string
  typeOnly: boolean
}

/**
 * Paths from the root of all files below `folder` with one of the endings, without what is built or
 * installed.
 */
export function filesIn(folder: string, endings: readonly string[] = ['.ts']): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((name) => endings.some((ending) => name.endsWith(ending)))
    .filter((name) => !/(^|\/)(node_modules|dist)\//.test(name))
}

export const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')

const quoted = /['"]([^'"]+)['"]/.source
const statement = new RegExp(
  [
    `^(import|export)\\s+(type\\s)?(?:[^'";]*?\\sfrom\\s+)?${quoted}`,
    `\\bimport\\(\\s*${quoted}\\s*\\)`,
  ].join('|'),
  'gm',
)

export function importsOf(file: string): Import[] {
  return [...textOf(file).matchAll(statement)].map(([, , type, named, dynamic]) => {
    const target = (named ?? dynamic)!
    const to = target.startsWith('.') ? pathOf(join(dirname(file), target)) : target
    return { from: file, to, typeOnly: type !== undefined }
  })
}

/** The client's files leave out the ending of what they import, and `/index` as well. */
function pathOf(path: string): string {
  const isFile = (name: string) =>
    existsSync(join(root, name)) && statSync(join(root, name)).isFile()
  const names = [path, `${path}.ts`, `${path}/index.ts`]
  return relative(root, resolve(root, names.find(isFile) ?? path))
}

/** The folders whose structure the tests hold. */
export const sourceFolders = ['shared', 'server', 'miniprogram', 'bench', 'web'] as const

const isDeclaration = (file: string) => file.endsWith('.d.ts')

export const sourceFiles: readonly string[] = sourceFolders
  .flatMap((folder) => filesIn(folder, ['.ts', '.vue']))
  .filter((file) => !isDeclaration(file))

export const testFiles: readonly string[] = filesIn('test').filter((file) => !isDeclaration(file))

export const isWithin = (folder: string) => (path: string) =>
  path === folder || path.startsWith(`${folder}/`)
