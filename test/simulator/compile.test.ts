import { afterEach, describe, expect, it } from '@jest/globals'
import { ProjectError, startSimulator, type CompiledProject } from 'wx-reach-simulator'
import { writeProject, type WrittenProject } from './written-project.ts'

let written: WrittenProject | undefined
afterEach(() => {
  written?.remove()
  written = undefined
})

async function compile(files: Record<string, string>): Promise<CompiledProject> {
  written?.remove()
  written = writeProject(files)
  const simulator = await startSimulator({ folder: written.folder, watch: false })
  await simulator.close()
  return simulator.project
}

describe('a project', () => {
  it('without app.json, or with a broken one, is refused with a reason', async () => {
    await expect(startSimulator({ folder: __dirname })).rejects.toThrow(ProjectError)
    await expect(compile({ 'app.json': '{' })).rejects.toThrow(/app\.json is no JSON/)
    await expect(compile({ 'app.json': '{}' })).rejects.toThrow(/names no pages/)
  })

  it('may be named by the folder of project.config.json', async () => {
    const { pages, name } = await compile({
      'project.config.json': '{"miniprogramRoot": "inner/", "projectname": "Shop"}',
      'inner/app.json': '{"pages": ["pages/a/a"]}',
      'inner/pages/a/a.wxml': '<view />',
      'inner/pages/a/a.js': 'Page({})',
    })
    expect({ pages, name }).toEqual({ pages: ['pages/a/a'], name: 'Shop' })
  })

  it('has the pages of its sub-packages, and the compile modes of those that exist', async () => {
    const { pages, modes } = await compile({
      'app.json': JSON.stringify({
        pages: ['pages/home/home'],
        subPackages: [{ root: 'shop/', pages: ['cart/cart'] }],
      }),
      'shop/cart/cart.wxml': '<view />',
      'shop/cart/cart.js': 'Page({})',
      'project.config.json': JSON.stringify({
        condition: {
          miniprogram: {
            list: [
              { name: 'cart', pathName: 'shop/cart/cart', query: 'a=1', scene: 1047 },
              { name: 'gone', pathName: 'pages/gone/gone' },
            ],
          },
        },
      }),
    })
    expect(pages).toEqual(['pages/home/home', 'shop/cart/cart'])
    expect(modes).toEqual([{ name: 'cart', pathName: 'shop/cart/cart', query: 'a=1', scene: 1047 }])
  })

  it('has the values of its themes, and says where their file is missing', async () => {
    const app = {
      pages: ['pages/home/home'],
      darkmode: true,
      themeLocation: 'theme.json',
      window: { navigationBarBackgroundColor: '@bar' },
    }
    const themes = '{"light": {"bar": "#abcdef"}, "dark": {"bar": "#000000"}}'
    const { script } = await compile({ 'app.json': JSON.stringify(app), 'theme.json': themes })
    expect(script).toContain('"themes":{"light":{"bar":"#abcdef"},"dark":{"bar":"#000000"}}')
    const { problems } = await compile({ 'app.json': JSON.stringify(app) })
    expect(problems).toEqual([
      { kind: 'error', file: 'app.json', text: 'themeLocation: theme.json is missing' },
    ])
  })

  it('that lacks files or uses what is not played is named file by file', async () => {
    const { problems } = await compile({
      'app.json': JSON.stringify({ pages: ['pages/home/home', 'pages/b/b'], plugins: {} }),
      'pages/home/home.json': '{"usingComponents": {"x-card": "/parts/card"}}',
      'pages/home/home.wxml': '<map /><view>',
      'pages/home/home.js': "require('./gone')\nPage({})",
      'pages/b/b.js': 'Page({',
    })
    const said = problems.map(({ kind, file, text }) => `${kind} ${file}: ${text}`)
    expect(said).toEqual(
      expect.arrayContaining([
        'lacking app.json: plugins has no effect here',
        'error pages/home/home.json: the component x-card (/parts/card) is not in the folder',
        'lacking pages/home/home.wxml: <map> is drawn as a marked box',
        expect.stringMatching(/^error pages\/home\/home\.wxml: 1:\d+ missing end tag/),
        'error pages/home/home.js: requires ./gone, which is not there',
        'error pages/b/b.wxml: is missing',
        expect.stringMatching(/^error pages\/b\/b\.js: 1: /),
      ]),
    )
  })
})

describe('a template', () => {
  it('with what the platform lets pass has warnings, which do not cover the phone', async () => {
    const { problems } = await compile({
      'pages/home/home.wxml': '<view a="1" a="2"/><view wx:for-key="a"/><view b=1/>',
    })
    expect(problems.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'warning 1:13 duplicated attribute',
      expect.stringMatching(/^warning 1:\d+ invalid attribute prefix/),
      expect.stringMatching(/^warning 1:\d+ should be quoted/),
    ])
  })
})

describe('WXSS', () => {
  const css = async (home: string, more: Record<string, string> = {}) =>
    (await compile({ 'pages/home/home.wxss': home, ...more })).css

  it('measures in rpx, and in vh of the page without its bars', async () => {
    const text = await css('.a { width: 750rpx; height: 50vh; margin: -7.5rpx }')
    expect(text).toContain('width: 100vw')
    expect(text).toContain('height: calc(50 * var(--page-vh, 1vh))')
    expect(text).toContain('margin: -1vw')
  })

  it('of a page counts in this page alone, and weighs no more than it is written', async () => {
    const text = await css('page { color: red } .a, view > .b { color: blue }')
    expect(text).toContain('wx-page:where([data-route="pages/home/home"])')
    expect(text).toContain(':where([data-route="pages/home/home"]) .a')
    expect(text).toContain(':where([data-route="pages/home/home"]) wx-view > .b')
  })

  it('of a component counts in it alone, unless it is shared', async () => {
    const component = {
      'pages/home/home.json': '{"usingComponents": {"x-card": "/parts/card"}}',
      'parts/card.wxml': '<view />',
      'parts/card.js': 'Component({})',
      'parts/card.wxss': ':host { color: red } .a { color: blue }',
    }
    const own = await css('', { ...component, 'parts/card.json': '{"component": true}' })
    expect(own).toContain('[is="parts/card"] { color: red }')
    expect(own).toMatch(/\.c\d+--a \{ color: blue \}/)
    const shared = await css('', {
      ...component,
      'parts/card.json': '{"component": true, "styleIsolation": "shared"}',
    })
    expect(shared).toContain('.a { color: blue }')
  })

  it('imports other files, each once, and leaves keyframes as they are', async () => {
    const text = await css('@import "../../a.wxss"; @import "/a.wxss"; .b { color: red }', {
      'a.wxss': '.imported { color: blue } @keyframes turn { from { top: 7.5rpx } }',
    })
    expect(text.split('.imported')).toHaveLength(2)
    expect(text).toMatch(/@keyframes turn \{ from \{ top: 1vw \} \}/)
  })

  it('takes pictures from the project, and those of others through the simulator', async () => {
    const text = await css(
      '.a { background: url(../../a.png) } .b { background: url(https://x.example/b.png) }',
    )
    expect(text).toContain('url("/files/a.png")')
    expect(text).toContain('url("/image?url=https%3A%2F%2Fx.example%2Fb.png")')
  })
})

describe('a custom tab bar', () => {
  it('that is missing is a warning: the pages are drawn without one', async () => {
    const list = [{ pagePath: 'pages/home/home', text: 'home' }]
    const { problems } = await compile({
      'app.json': JSON.stringify({ pages: ['pages/home/home'], tabBar: { custom: true, list } }),
    })
    expect(problems).toEqual([
      {
        kind: 'warning',
        file: 'app.json',
        text: 'tabBar.custom: custom-tab-bar/index is missing',
      },
    ])
  })
})

describe('scripts', () => {
  it('are TypeScript or JavaScript, with require, import and npm folders', async () => {
    const { problems, script } = await compile({
      'pages/home/home.js': '',
      'pages/home/home.ts': [
        "import { a } from '../../lib/a'",
        "import built from 'built'",
        "import installed from 'installed'",
        'Page({ data: { a: a satisfies number, built, installed } })',
      ].join('\n'),
      'lib/a.ts': 'export const a: number = 1',
      'miniprogram_npm/built/index.js': 'module.exports = 2',
      'node_modules/installed/package.json': '{"miniprogram": "dist", "main": "x.js"}',
      'node_modules/installed/dist/index.js': 'module.exports = 3',
    })
    expect(problems).toEqual([])
    expect(script).toContain('"miniprogram_npm/installed/index.js"')
    expect(script).not.toMatch(/\bimport |satisfies/)
  })
})
