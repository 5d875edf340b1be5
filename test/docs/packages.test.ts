/** What the two packages hold for their readers: every link leads to something in the tarball. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { deadLinksOf } from './markdown.ts'

const root = resolve(__dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'wx-reach-docs-'))
const textOf = (file: string) => readFileSync(file, 'utf8')

/** As `npm pack` does it, from what is built. */
function pack(workspace: string, into: string): void {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder, workspace]
  const printed = execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' })
  const [{ filename }] = JSON.parse(printed) as [{ filename: string }]
  mkdirSync(into)
  execFileSync('tar', ['-xzf', join(folder, filename), '--strip-components=1', '-C', into])
}

describe.each([
  ['wx-reach-server', '.', ['operations', 'errors', 'security', 'scaling', 'integration']],
  ['wx-reach', './miniprogram', ['guide', 'debugging', 'conduct', 'client-notices']],
])('the package %s', (name, workspace, expected) => {
  const unpacked = join(folder, name)
  beforeAll(() => pack(workspace, unpacked))
  afterAll(() => rmSync(unpacked, { recursive: true }))

  const pages = () =>
    readdirSync(unpacked, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.md'),
    )

  it('has its documents, in both languages', () => {
    const files = expected.flatMap((page) => [`docs/${page}.md`, `docs/${page}.zh-CN.md`])
    const all = [...files, 'README.md', 'README.zh-CN.md']
    expect(all.filter((file) => !pages().includes(file))).toEqual([])
  })

  it('has what its documents link to, with the headings', () => {
    const dead = pages().flatMap((page) => {
      const at = (to: string) => join(unpacked, dirname(page), to)
      const files = {
        exists: (to: string) => existsSync(at(to)),
        textOf: (to: string) => (to.endsWith('.md') ? textOf(at(to)) : undefined),
      }
      return deadLinksOf(textOf(join(unpacked, page)), files).map((link) => `${page} → ${link}`)
    })
    expect(dead).toEqual([])
  })

  it('names no file of the repository in its package.json that it lacks', () => {
    const { bin = {}, exports } = JSON.parse(textOf(join(unpacked, 'package.json'))) as {
      bin?: Record<string, string>
      exports: Record<string, string | Record<string, string>>
    }
    const files = [bin, ...Object.values(exports)].flatMap((entry) =>
      typeof entry === 'string' ? [entry] : Object.values(entry),
    )
    expect(files.filter((file) => !existsSync(join(unpacked, file)))).toEqual([])
  })
})

it('both packages name the same repository, or none', () => {
  const ofPackage = (file: string) => {
    const read = JSON.parse(textOf(join(root, file))) as Record<string, unknown>
    return { repository: read.repository as object | undefined, bugs: read.bugs }
  }
  const { repository, bugs } = ofPackage('package.json')
  expect(ofPackage('miniprogram/package.json')).toEqual({
    repository: repository && { ...repository, directory: 'miniprogram' },
    bugs,
  })
})

afterAll(() => rmSync(folder, { recursive: true }))
