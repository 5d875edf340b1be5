import { describe, expect, it } from '@jest/globals'
import { blocksOf } from './markdown.ts'
import { isChinese, isThere, pages, textOf } from './pages.ts'

/** For contributors, or names and numbers from end to end. */
const inEnglishAlone = [
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'docs/dependencies.md',
  'docs/new-engine.md',
  'docs/platform.md',
]
const chineseOf = (page: string) => page.replace(/\.md$/, '.zh-CN.md')
const english = pages.filter((page) => !isChinese(page) && !inEnglishAlone.includes(page))
const fileOf = (page: string) => page.split('/').at(-1)!

/** Headings, tables and blocks: what a translation cannot leave out unseen. */
function shapeOf(page: string): object {
  const text = textOf(page)
  const prose = text.replaceAll(/^( *)```[^]*?^\1```$/gm, '')
  const tables = prose.match(/^\|.*\|$(?:\n\|.*\|$)*/gm) ?? []
  return {
    headings: prose.match(/^#{1,6}(?= )/gm),
    rows: tables.map((table) => table.split('\n').length),
    blocks: blocksOf(text).map(({ language }) => language),
  }
}

describe('the documents in Chinese', () => {
  it('are there for all but those of contributors', () => {
    expect(english.length).toBeGreaterThan(20)
    expect(english.filter((page) => !isThere(chineseOf(page)))).toEqual([])
  })

  it.each(english.map((page) => [page]))(
    'have the headings, tables and blocks of %s, each page with a link to the other',
    (page) => {
      const chinese = chineseOf(page)
      expect(shapeOf(chinese)).toEqual(shapeOf(page))
      expect(textOf(page)).toContain(`(${fileOf(chinese)})`)
      expect(textOf(chinese)).toContain(`(${fileOf(page)})`)
    },
  )

  it.each(english.map((page) => [chineseOf(page)]))('lead to Chinese, in %s', (page) => {
    const links = [...textOf(page).matchAll(/\]\(([^)#\s:]+\.md)/g)]
    const untranslated = links
      .map(([, to]) => to!)
      .filter((to) => !isChinese(to) && to !== fileOf(page).replace('.zh-CN', ''))
      .filter((to) => isThere(`${page.split('/').slice(0, -1).join('/') || '.'}/${chineseOf(to)}`))
    expect(untranslated).toEqual([])
  })
})
