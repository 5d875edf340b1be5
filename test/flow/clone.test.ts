import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { config } from '../../miniprogram/config'

const root = resolve(__dirname, '../..')
const read = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'))
const project = read('project.config.json')
const ignored: { type: string; value: string }[] = project.packOptions.ignore

const isIgnored = (path: string) =>
  ignored.some(({ type, value }) =>
    type === 'suffix'
      ? path.endsWith(value)
      : path === value || (type === 'folder' && path.startsWith(`${value}/`)),
  )

const packedFiles = () =>
  readdirSync(join(root, 'miniprogram'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root, 'miniprogram/').length))
    .filter((path) => !isIgnored(path))

/** Before DevTools minifies. The platform takes a main package of 2 MB. */
const mostBytes = 200_000

describe('a clone that is opened in DevTools', () => {
  it('needs no AppID, and may talk to localhost', () => {
    expect(project).toMatchObject({
      appid: 'touristappid',
      compileType: 'miniprogram',
      miniprogramRoot: 'miniprogram/',
      setting: { urlCheck: false, useCompilerPlugins: ['typescript'] },
    })
    expect(project.libVersion).toMatch(/^\d+\.\d+\.\d+$/)
  })

  it('looks where npm start listens', () => {
    expect(config).toEqual({
      baseUrl: 'http://127.0.0.1:3000',
      appId: 'wx0000000000sandbox',
      sandbox: 'http://127.0.0.1:3001',
    })
  })

  it('has all that its pages are made of', () => {
    const app = read('miniprogram/app.json')
    const parts = app.pages.flatMap((page: string) =>
      ['ts', 'wxml', 'json'].map((end) => `${page}.${end}`),
    )
    const missing = [app.sitemapLocation, 'app.ts', ...parts].filter(
      (path) => !existsSync(join(root, 'miniprogram', path)),
    )
    expect(missing).toEqual([])
  })

  it('packs what a phone runs, and nothing else', () => {
    const packed = packedFiles()
    const ofPhone = [
      /^(client|pages)\/.+\.(ts|json|wxml|wxss)$/,
      /^app\.(ts|json|wxss)$/,
      /^sitemap\.json$/,
      /^words\/\w+\.ts$/,
      /^(backend|config|language|reach|why-no-group)\.ts$/,
    ]
    expect(packed.filter((path) => !ofPhone.some((known) => known.test(path)))).toEqual([])
    expect(packed).toContain('client/index.ts')
  })

  it('has a small main package', () => {
    const sizes = packedFiles().map((path) => statSync(join(root, 'miniprogram', path)).size)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(mostBytes)
  })
})
