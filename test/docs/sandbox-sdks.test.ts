import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from '@jest/globals'

const root = resolve(__dirname, '../..')
const textOf = (page: string) => readFileSync(resolve(root, 'docs', page), 'utf8')
const headingsOf = (page: string) =>
  [...textOf(page).matchAll(/^##+ (.+)$/gm)].map(([, heading]) => heading!)
/** As GitHub names it. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')
const linksOf = (page: string) =>
  [...textOf(page).matchAll(/\]\(([^)#\s]*)(?:#([^)]+))?\)/g)]
    .map(([, file, anchor]) => ({ file: file || page, anchor }))
    .filter(({ file }) => !/^https?:/.test(file))

const ofPackage = readdirSync(resolve(root, 'docs')).filter((page) => /^sandbox.*\.md$/.test(page))

describe('docs/sandbox-sdks.md', () => {
  it('has a section for each SDK whose calls are recorded', () => {
    const recorded = readdirSync(resolve(root, 'test/sandbox/recorded'))
      .filter((file) => file.endsWith('.http'))
      .map((file) => file.replace('.http', ''))
    const sections = headingsOf('sandbox-sdks.md').map((heading) =>
      heading.toLowerCase().replace(/[ /]/g, '-'),
    )
    expect(sections).toEqual(expect.arrayContaining(recorded))
  })

  it('shows the same code in Chinese', () => {
    const codeOf = (page: string) => textOf(page).match(/^```[^]*?^```$/gm)
    expect(codeOf('sandbox-sdks.zh-CN.md')).toEqual(codeOf('sandbox-sdks.md'))
  })
})

describe('the documents of the sandbox, which the package has', () => {
  it.each(ofPackage)('link to one another alone, and to headings that exist: %s', (page) => {
    const dead = linksOf(page).filter(
      ({ file, anchor }) =>
        !ofPackage.includes(file) ||
        (anchor !== undefined && !headingsOf(file).map(anchorOf).includes(anchor)),
    )
    expect(dead).toEqual([])
  })
})
