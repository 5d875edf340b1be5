import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { filesIn, textOf } from '../structure/source-files.ts'

const docs = join(__dirname, '../../docs')

/** Runs on what `tsc -b` built. */
const printed = (...words: string[]) =>
  execFileSync(process.execPath, [join(docs, 'errors.mjs'), ...words], { encoding: 'utf8' })

describe('the page of the error codes', () => {
  it.each([['errors.md'], ['errors.zh-CN.md', 'zh-CN']])(
    '%s says what the code says (`npm run docs` writes it)',
    (page, ...language) => {
      expect(readFileSync(join(docs, page), 'utf8')).toBe(printed(...language))
    },
  )

  it('gives the status of each error reply', () => {
    const replied = filesIn('server').flatMap((file) =>
      [...textOf(file).matchAll(/ProblemError\(\s*(\d{3}),\s*'(\w+)'/g)].map(
        ([, status, code]) => `${code} ${status}`,
      ),
    )
    const rows = [...printed().matchAll(/^\| `(\w+)` \| (\d{3}) \|/gm)]
    const documented = rows.map(([, code, status]) => `${code} ${status}`)
    expect(replied.length).toBeGreaterThan(documented.length)
    expect(replied.filter((one) => !documented.includes(one))).toEqual([])
  })
})
