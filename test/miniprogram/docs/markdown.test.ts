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
const ofPhone = pages.filter((name) => /^(guide|recipes|debugging|conduct)/.test(name))

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
    const files = under('code', /\.(ts|wxml)$/).map((name) => `code/${name}`)
    expect(files.filter((file) => !shown.has(file))).toEqual(['code/reach.ts'])
  })

  it('is nothing else, but for a look at the console and what needs a framework', () => {
    const unnamed = fences.filter(
      ({ page, language, file }) => ofPhone.includes(page) && /ts|wxml/.test(language) && !file,
    )
    expect(unnamed.map(({ page, code }) => [page, code.split('\n')[0]!.slice(0, 16)])).toEqual([
      ['guide.md', 'reach.inspect() '],
      ['guide.zh-CN.md', 'reach.inspect() '],
      ['recipes/frameworks.md', 'import * as Taro'],
    ])
  })
})

describe('the links of the documents for the phone', () => {
  it.each(ofPhone)('lead somewhere in %s', (page) => {
    const links = [...read(page).matchAll(/\]\(([^)#\s]+)/g)].map(([, link = '']) => link)
    const dead = links.filter(
      (link) => !/^https?:/.test(link) && !existsSync(join(docs, dirname(page), link)),
    )
    expect(dead).toEqual([])
  })
})
