import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'

const docs = join(__dirname, '../../docs')

/** Runs on what `tsc -b` built. */
const printed = (...words: string[]) =>
  execFileSync(process.execPath, [join(docs, 'sandbox-controls.mjs'), ...words], {
    encoding: 'utf8',
  })

describe('the page of the controls of the sandbox', () => {
  it.each([['sandbox-controls.md'], ['sandbox-controls.zh-CN.md', 'zh-CN']])(
    '%s says what the OpenAPI document says (`npm run docs` writes it)',
    (page, ...language) => {
      expect(readFileSync(join(docs, page), 'utf8')).toBe(printed(...language))
    },
  )
})
