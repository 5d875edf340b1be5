import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { brotliDecompressSync, gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from '@jest/globals'

const root = resolve(__dirname, '../..')
const folder = join(root, 'dist/console')
const assets = (ending: string) =>
  readdirSync(join(folder, 'assets'))
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(join(folder, 'assets', name), 'utf8'))

const kilobytes = (texts: readonly string[]) =>
  texts.reduce((sum, text) => sum + gzipSync(text).length, 0) / 1_024

describe('the built files of the console', () => {
  // It builds only what has changed.
  beforeAll(() => {
    execFileSync('node', ['web/console/build.mjs'], { cwd: root })
  }, 120_000)

  it('have at most 180 KB of JavaScript and 20 KB of CSS, compressed', () => {
    expect(kilobytes(assets('.js'))).toBeLessThan(180)
    expect(kilobytes(assets('.css'))).toBeLessThan(20)
  })

  it('are at most 100 KB for the first view of a screen', () => {
    const screens = JSON.parse(readFileSync(join(folder, 'screens.json'), 'utf8')) as object
    expect(Object.keys(screens)).toEqual(expect.arrayContaining(['', 'messages', 'settings']))
    const page = readFileSync(join(folder, 'index.html'), 'utf8')
    const ofPage = [...page.matchAll(/"\.\/(assets\/[^"]+)"/g)].map(([, name]) => name!)
    expect(ofPage).toHaveLength(2)
    for (const files of Object.values(screens) as string[][]) {
      const texts = [...ofPage, ...files].map((name) => readFileSync(join(folder, name), 'utf8'))
      expect(kilobytes(texts)).toBeLessThan(100)
    }
  })

  it('stand beside their brotli form: a server would take a second for it', () => {
    const names = readdirSync(join(folder, 'assets')).filter((name) => /\.(css|js)$/.test(name))
    expect(names.length).toBeGreaterThan(10)
    for (const name of names) {
      const compressed = readFileSync(join(folder, 'assets', `${name}.br`))
      expect(brotliDecompressSync(compressed)).toEqual(readFileSync(join(folder, 'assets', name)))
    }
  })

  it('need no inline script, no inline style and no eval: the policy forbids them', () => {
    const page = readFileSync(join(folder, 'index.html'), 'utf8')
    expect(page).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/)
    for (const text of assets('.js')) expect(text).not.toMatch(/\beval\(|new Function\(/)
  })

  it('load nothing from elsewhere', () => {
    const page = readFileSync(join(folder, 'index.html'), 'utf8')
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//)
    for (const text of assets('.css')) expect(text).not.toMatch(/url\(|@import/)
  })

  it('name the licences of what is in them', () => {
    expect(readFileSync(join(folder, 'licenses.md'), 'utf8')).toMatch(
      /^## @vue\/runtime-core .*MIT/m,
    )
  })
})
