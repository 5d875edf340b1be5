import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from '@jest/globals'

const root = resolve(__dirname, '../..')
const textOf = (page: string) => readFileSync(resolve(root, 'docs', page), 'utf8')
const headingsOf = (page: string) =>
  [...textOf(page).matchAll(/^##+ (.+)$/gm)].map(([, heading]) => heading!)

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
