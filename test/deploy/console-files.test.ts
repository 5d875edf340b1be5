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

interface ScreenParts {
  scripts: string[]
  requests?: string[]
  views?: Record<string, string>
}
const screens = () =>
  JSON.parse(readFileSync(join(folder, 'screens.json'), 'utf8')) as Record<string, ScreenParts>

describe('the built files of the console', () => {
  // It builds only what has changed.
  beforeAll(() => {
    execFileSync('node', ['web/console/build.mjs'], { cwd: root })
  }, 120_000)

  it('have at most 180 KB of JavaScript and 20 KB of CSS, compressed', () => {
    expect(kilobytes(assets('.js'))).toBeLessThan(180)
    expect(kilobytes(assets('.css'))).toBeLessThan(20)
  })

  it('are at most 100 KB for the first view of a screen, with its page', () => {
    const page = readFileSync(join(folder, 'index.html'), 'utf8')
    const ofPage = [...page.matchAll(/"\.\/(assets\/[^"]+)"/g)].map(([, name]) => name!)
    expect(ofPage).toHaveLength(3)
    for (const { scripts, views = {} } of Object.values(screens())) {
      const names = [...ofPage, ...scripts]
      const texts = names.map((name) => readFileSync(join(folder, name), 'utf8'))
      expect(kilobytes([...texts, Object.values(views).join('')])).toBeLessThan(100)
    }
  })

  it('hold the first view of each screen in both languages, and what it asks for', () => {
    const { '': overview, messages, 'messages/': message, templates } = screens()
    expect(overview!.requests).toContain('v1/status?appId=first-app')
    expect(messages!.requests).toEqual(['v1/messages?appId=first-app&limit=100'])
    expect(message!.requests).toContain('v1/messages/first-param?appId=first-app')
    expect(templates!.requests).toHaveLength(1)
    expect(messages!.views!['zh-CN']).toContain('<h1>消息</h1>')
    expect(messages!.views!.en).toContain('<h1>Messages</h1>')
    for (const { views = {} } of Object.values(screens())) {
      for (const view of Object.values(views)) {
        expect(view).not.toMatch(/first-|undefined|\sstyle=|\son\w+=|<script/)
        expect(view).toContain('<h1>')
      }
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
