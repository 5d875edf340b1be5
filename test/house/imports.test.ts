import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from '@jest/globals'

const root = resolve(__dirname, '../..')

interface Import {
  from: string
  /** A path from the root, or the name of a package. */
  to: string
  typeOnly: boolean
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((name) => name.endsWith('.ts') && !/\.d\.ts$|node_modules|(^|\/)dist\//.test(name))
}

function importsOf(file: string): Import[] {
  const code = readFileSync(join(root, file), 'utf8')
  const statements = code.matchAll(
    /^(import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm,
  )
  return [...statements].map(([, , type, named, dynamic]) => {
    const target = (named ?? dynamic)!
    const to = target.startsWith('.')
      ? relative(root, resolve(root, dirname(file), target))
      : target
    return { from: file, to, typeOnly: type !== undefined }
  })
}

const within = (folder: string) => (path: string) =>
  path === folder || path.startsWith(`${folder}/`)
const told = (imports: Import[]) => imports.map(({ from, to }) => `${from} imports ${to}`)
const all = ['shared', 'server', 'miniprogram', 'bench'].flatMap(sources).flatMap(importsOf)
const inside = (folder: string) => all.filter(({ from }) => within(folder)(from))
const isOurs = (path: string) => /^(shared|server|miniprogram|test|bench)\//.test(path)

describe('who may import whom', () => {
  it('reads the imports of every room', () => {
    expect(inside('server/routes').length).toBeGreaterThan(20)
    expect(inside('miniprogram/client').length).toBeGreaterThan(20)
  })

  it('lets shared import nothing but itself', () => {
    expect(told(inside('shared').filter(({ to }) => !within('shared')(to)))).toEqual([])
  })

  it('lets the client take only types from shared, and nothing else from outside itself', () => {
    const foreign = inside('miniprogram/client').filter(
      ({ to }) => !within('miniprogram/client')(to),
    )
    const allowed = foreign.filter(({ to, typeOnly }) => typeOnly && within('shared')(to))
    expect(told(foreign.filter((one) => !allowed.includes(one)))).toEqual([])
  })

  it('keeps the demo within the phone: values cross from nowhere else', () => {
    const foreign = inside('miniprogram').filter(
      ({ to, typeOnly }) => isOurs(to) && !within('miniprogram')(to) && !typeOnly,
    )
    expect(told(foreign)).toEqual([])
  })

  it('keeps the phone out of the server', () => {
    expect(told(inside('server').filter(({ to }) => within('miniprogram')(to)))).toEqual([])
  })

  it('keeps SQL in the store: only its rooms load a database driver', () => {
    const drivers = all.filter(({ to }) => /^(@photostructure\/sqlite|pg)(\/|$)/.test(to))
    const elsewhere = drivers.filter(({ from }) => !/^(server\/store|bench)\//.test(from))
    expect(drivers.length).toBeGreaterThan(0)
    expect(told(elsewhere)).toEqual([])
  })

  it('lets the ledger know the store by its interface and WeChat by its meanings', () => {
    const allowed = [
      /^server\/ledger\//,
      /^shared\//,
      /^server\/store\/[\w-]+\.ts$/,
      /^server\/wechat\/(errors|errcodes|reply)\.ts$/,
      /^server\/(world|apps)\.ts$/,
      /^node:/,
    ]
    const foreign = inside('server/ledger').filter(
      ({ to }) => !allowed.some((rule) => rule.test(to)),
    )
    expect(told(foreign)).toEqual([])
  })

  it('lets no file of the store import itself by a circle, not even for a type', () => {
    const next = (file: string) =>
      inside('server/store').flatMap(({ from, to }) => (from === file ? [to] : []))
    const reached = (file: string) => {
      const seen = new Set<string>()
      for (const queue = next(file); queue.length > 0;) {
        const to = queue.pop()!
        if (!seen.has(to)) queue.push(...next(to))
        seen.add(to)
      }
      return seen
    }
    expect(sources('server/store').filter((file) => reached(file).has(file))).toEqual([])
  })

  it('lets only the commands start and sandbox import the sandbox', () => {
    const users = all.filter(
      ({ from, to }) => within('server/sandbox')(to) && !within('server/sandbox')(from),
    )
    const allowed = /^server\/commands\/(start|sandbox)\.ts$/
    expect(told(users.filter(({ from }) => !allowed.test(from)))).toEqual([])
  })

  it('writes the sandbox from the page: it knows no rule of the server', () => {
    const foreign = inside('server/sandbox').filter(
      ({ to, typeOnly }) =>
        within('server')(to) &&
        !within('server/sandbox')(to) &&
        to !== 'server/world.ts' &&
        !typeOnly,
    )
    expect(told(foreign)).toEqual([])
  })

  it('keeps the platform behind one room: only server/wechat and the demo commands use fetch or undici', () => {
    const clients = all.filter(
      ({ to }) => to === 'undici' || to === 'node:http' || to === 'node:https',
    )
    const allowed = /^(server\/(wechat|sandbox|commands)\/|server\/listen\.ts$|bench\/)/
    expect(told(clients.filter(({ from }) => !allowed.test(from)))).toEqual([])
  })
})

describe('the rooms', () => {
  const files = ['shared', 'server', 'miniprogram'].flatMap(sources)
  const lines = (file: string) => readFileSync(join(root, file), 'utf8').split('\n').length

  it('are small: a median of at most 70 lines a file, and none over 300', () => {
    const lengths = files.map(lines).sort((a, b) => a - b)
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(70)
    // The wire is one listing of types, on purpose: phone and server read it side by side.
    const long = files.filter((file) => file !== 'shared/wire.ts' && lines(file) > 300)
    expect(long).toEqual([])
  })

  it('carry names that say something', () => {
    expect(files.filter((file) => /(^|\/)(utils?|common|helpers?|misc)(\.|\/)/.test(file))).toEqual(
      [],
    )
  })

  it('hold no SQL outside the store', () => {
    const sql = /\b(select|insert|update|delete)\b[\s\S]{0,80}\b(from|into|set|where)\b/
    const strings = (file: string) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/`([^`]*)`|'([^'\n]*)'/g)].map(
        ([, a, b]) => a ?? b ?? '',
      )
    const offenders = files.filter(
      (file) => !within('server/store')(file) && strings(file).some((text) => sql.test(text)),
    )
    expect(offenders).toEqual([])
  })
})
