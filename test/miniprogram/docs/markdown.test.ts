import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from '@jest/globals'

const docs = resolve(__dirname, '../../../docs')
const under = (folder: string, end: RegExp) =>
  readdirSync(join(docs, folder), { recursive: true, encoding: 'utf8' }).filter((name) =>
    end.test(name),
  )
const read = (name: string) => readFileSync(join(docs, name), 'utf8')
const pages = under('.', /\.md$/)
const ofPhone = pages.filter((name) => /^(guide|recipes|debugging|conduct|client-)/.test(name))

interface Fence {
  page: string
  language: string
  file: string
  code: string
}

const fences: Fence[] = pages.flatMap((page) =>
  [...read(page).matchAll(/^```(\w+) ?(\S*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', file = '', code = '']) => ({ page, language, file, code }),
  ),
)
const named = fences.filter(({ file }) => file)

describe('the code in the documents for the phone', () => {
  it.each(named.map(({ page, file, code }) => [page, file, code]))(
    'in %s is %s, as it is tested; `node docs/fill.mjs` brings it there',
    (_, file, code) => {
      expect(code).toBe(read(file!))
    },
  )

  it('is all the code that there is', () => {
    const shown = new Set(named.map(({ file }) => file))
    // What every recipe imports is shown in the README.
    const files = under('code', /\.(ts|wxml|vue|mpx)$/).map((name) => `code/${name}`)
    expect(files.filter((file) => !shown.has(file))).toEqual(['code/reach.ts'])
  })

  it('is nothing else, but for a look at the console and what needs a framework', () => {
    const unnamed = fences.filter(
      ({ page, language, file }) => ofPhone.includes(page) && /ts|wxml|vue/.test(language) && !file,
    )
    const starts = unnamed.map(({ page, code }) => [page, code.split('\n')[0]!.slice(0, 16)])
    expect(starts.toSorted()).toEqual([
      ['guide.md', 'getApp().reach.i'],
      ['guide.zh-CN.md', 'getApp().reach.i'],
      ['recipes/frameworks.md', 'import * as Taro'],
      ['recipes/frameworks.zh-CN.md', 'import * as Taro'],
    ])
  })

  it.each(under('code', /\.wxml$/))('binds handlers that the page has, in %s', (name) => {
    const wxml = read(`code/${name}`)
    const page = read(`code/${name.replace(/wxml$/, 'ts')}`)
    const bound = [...wxml.matchAll(/\bbind:?\w+="(\w+)"/g)].map(([, handler = '']) => handler)
    expect(bound.filter((handler) => !new RegExp(`^ +${handler}[(:]`, 'm').test(page))).toEqual([])
    const forms = [...wxml.matchAll(/<form\b[^>]*>/g)].map(([tag]) => tag)
    expect(forms.filter((tag) => !/report-submit.*bindsubmit=/.test(tag))).toEqual([])
  })
})

describe('the documents for the phone', () => {
  const english = ofPhone.filter((page) => !page.endsWith('.zh-CN.md'))
  const codeIn = (name: string) => named.filter(({ page }) => page === name).map(({ file }) => file)

  it.each(english)('are there in Chinese too, with the same code, each with a link: %s', (page) => {
    const chinese = page.replace(/\.md$/, '.zh-CN.md')
    expect(existsSync(join(docs, chinese))).toBe(true)
    expect(codeIn(chinese)).toEqual(codeIn(page))
    expect(read(page)).toContain(`[简体中文](${chinese.split('/').at(-1)})`)
    expect(read(chinese)).toContain(`[English](${page.split('/').at(-1)})`)
  })

  it.each(ofPhone.filter((page) => page.endsWith('.zh-CN.md')))(
    'lead from Chinese to Chinese, in %s',
    (page) => {
      const links = [...read(page).matchAll(/\]\(([^)#\s]+\.md)/g)].map(([, link = '']) => link)
      const untranslated = links.filter(
        (link) =>
          !link.endsWith('.zh-CN.md') &&
          existsSync(join(docs, dirname(page), link.replace(/md$/, 'zh-CN.md'))),
      )
      expect(untranslated).toEqual([page.split('/').at(-1)!.replace('.zh-CN', '')])
    },
  )
})
