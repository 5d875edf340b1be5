import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from '@jest/globals'

const root = resolve(__dirname, '../..')
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')
const jsonOf = (file: string) => JSON.parse(textOf(file)) as unknown

interface Package {
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  version?: string
  license?: unknown
  /** Only contributors install it. */
  dev?: boolean
  /** Another package of the workspace. */
  link?: boolean
}
const { packages } = jsonOf('package-lock.json') as { packages: Record<string, Package> }
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 13)
/** Everything that is installed, by its path, but for our own packages. */
const installed = Object.entries(packages).filter(
  ([path, { link }]) => path.includes('node_modules/') && !link,
)

const page = textOf('docs/dependencies.md')
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section]),
)
/** The cells of a section's table, row by row, without its head. */
const rowsOf = (section: string) =>
  [...sections.get(section)!.matchAll(/^\| (`.*) \|$/gm)].map(([, row]) =>
    row!.split('|').map((cell) => cell.trim().replaceAll('`', '')),
  )
const server = rowsOf('The server')
const contributors = rowsOf('For contributors')
const webConsole = rowsOf('The web console')
const benchmarks = rowsOf('The benchmarks')
const otherForms = rowsOf('Licences in another form')

const userLicences = licencesOf('in what users install')
const allLicences = [...userLicences, ...licencesOf('in what only contributors install')]

/** The licences that an item of the page's list names. */
function licencesOf(item: string): string[] {
  const [text = ''] = new RegExp(`^- ${item}[^]*?[;.]$`, 'm').exec(page) ?? []
  return [...text.matchAll(/`([^`]+)`/g)].map(([, licence]) => licence!)
}

/** Whether a SPDX expression demands nothing but these licences. */
function isAllowed(expression: unknown, allowed: readonly string[]): boolean {
  if (typeof expression !== 'string') return false
  const choices = expression.replaceAll(/[()]/g, '').split(' OR ')
  return choices.some((choice) => choice.split(' AND ').every((one) => allowed.includes(one)))
}

/** The packages that the one at `path` needs, theirs included, as Node.js finds them. */
function broughtBy(path: string): Set<string> {
  const found = new Set<string>()
  const waiting = [path]
  for (const from of waiting) {
    for (const name of Object.keys(packages[from]!.dependencies ?? {})) {
      const to = resolved(from, name)
      if (found.has(to)) continue
      found.add(to)
      waiting.push(to)
    }
  }
  return found
}

function resolved(from: string, name: string): string {
  for (let folder = from; ; folder = folder.slice(0, folder.lastIndexOf('/node_modules/'))) {
    const path = `${folder}/node_modules/${name}`
    if (packages[path]) return path
    if (!folder.includes('/node_modules/')) return `node_modules/${name}`
  }
}

/** Where a package is installed: a workspace may need another version than all others. */
function folderOf(name: string): string {
  const own = `web/console/node_modules/${name}`
  return packages[own] ? own : `node_modules/${name}`
}

/** In KB, without the packages installed within it. */
function sizeOf(path: string): number {
  const folder = join(root, path)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => !/(^|[/\\])node_modules[/\\]/.test(file))
    .map((file) => statSync(join(folder, file)))
  return files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0) / 1_024
}
const kilobytes = (cell: string) =>
  Number.parseFloat(cell.replace(',', '')) * (cell.endsWith('MB') ? 1_024 : 1)

const names = (rows: readonly string[][]) => rows.map(([name]) => name!)
const named = (rows: readonly string[][]) => rows.map((row): [string, string[]] => [row[0]!, row])

describe('docs/dependencies.md', () => {
  it("lists every dependency of the server and every contributor's tool, and nothing else", () => {
    const { dependencies = {}, devDependencies = {} } = packages['']!
    expect(names(server).sort()).toEqual(Object.keys(dependencies).sort())
    expect(names(contributors).sort()).toEqual(Object.keys(devDependencies).sort())
  })

  it('says truly that the package of the phone has no dependency', () => {
    const { dependencies, devDependencies } = jsonOf('miniprogram/package.json') as Package
    expect({ dependencies, devDependencies }).toEqual({})
  })

  it('lists what the web console is made of and built with, and nothing else', () => {
    const { dependencies, devDependencies = {} } = packages['web/console']!
    expect(dependencies).toBeUndefined()
    expect(names(webConsole).sort()).toEqual(Object.keys(devDependencies).sort())
  })

  it('lists what the benchmarks compare the server with, and nothing else', () => {
    const { dependencies, devDependencies = {} } = packages.bench!
    expect(dependencies).toBeUndefined()
    expect(names(benchmarks)).toEqual(Object.keys(devDependencies))
    const licences = names(benchmarks).map((name) => packages[`node_modules/${name}`]!.license)
    expect(licences).toEqual(benchmarks.map(([, , licence]) => licence))
  })

  it.each([
    ...named([...server, ...contributors]).map(([name, row]) => [`node_modules/${name}`, row]),
    ...named(webConsole).map(([name, row]) => [folderOf(name), row]),
  ] as [string, string[]][])(
    'knows the licence and the size of %s, and says what would replace it',
    (path, row) => {
      const [, use, licence, size] = row
      const { license } = jsonOf(`${path}/package.json`) as Package
      expect({ licence }).toEqual({ licence: license })
      expect(use).not.toBe('')
      expect(row.at(-1)).not.toBe('')
      // Sizes differ between versions and platforms: wrong is what misleads.
      const factor = sizeOf(path) / kilobytes(size!)
      expect(factor).toBeGreaterThan(0.5)
      expect(factor).toBeLessThan(2)
    },
  )

  it.each(named(server))('knows how many packages %s brings', (name, [, , , , brings]) => {
    // In a clone, copies of one package may lie beside another version that a contributor needs.
    const brought = [...broughtBy(`node_modules/${name}`)].map(
      (path) => `${nameOf(path)}@${packages[path]!.version}`,
    )
    expect(Number(brings)).toBe(new Set(brought).size)
  })
})

describe('the licences', () => {
  it('are named', () => {
    expect(userLicences).toContain('MIT')
    expect(allLicences.length).toBeGreaterThan(userLicences.length)
  })

  it('are on the list for all that is installed', () => {
    const exceptions = names(otherForms)
    const forbidden = installed
      .filter(([, { license, dev }]) => !isAllowed(license, dev ? allLicences : userLicences))
      .map(([path]) => nameOf(path))
    expect(forbidden.sort()).toEqual(exceptions.sort())
  })

  it('of the packages that are built into the web console are those for what users install', () => {
    const built = webConsole.filter(([, use]) => use!.startsWith('in the built files'))
    expect(built.length).toBeGreaterThan(1)
    const paths = built.flatMap(([name]) => [folderOf(name!), ...broughtBy(folderOf(name!))])
    const others = paths.filter((path) => !isAllowed(packages[path]!.license, userLicences))
    expect(others).toEqual([])
  })

  it('of what users install are all in the usual form', () => {
    const forUsers = installed.filter(([, { dev }]) => !dev)
    expect(forUsers.length).toBeGreaterThan(50)
    const others = forUsers.filter(([, { license }]) => !isAllowed(license, userLicences))
    expect(others.map(([path]) => path)).toEqual([])
  })

  it.each([
    ['MIT', true],
    ['(MIT OR CC0-1.0)', true],
    ['Apache-2.0 AND MIT', true],
    ['MIT AND GPL-3.0-only', false],
    ['GPL-3.0-only', false],
    [undefined, false],
    [['MIT', 'Apache2'], false],
  ])('that %j states is allowed: %s', (expression, allowed) => {
    expect(isAllowed(expression, userLicences)).toBe(allowed)
  })
})
