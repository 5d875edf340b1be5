import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { start, submit } from '../support/phone/start'

const root = join(__dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const words = [...read('miniprogram/client/notices.ts').matchAll(/^ {2}\| '(\w+)'$/gm)].map(
  ([, word]) => word!,
)
const anchorsIn = (page: string) => [...read(page).matchAll(/^## (\w+)$/gm)].map(([, word]) => word)

describe('a notice to the developer', () => {
  it.each(['docs/client-notices.md', 'docs/client-notices.zh-CN.md'])(
    'is explained under its own anchor, and no other one is, in %s',
    (page) => {
      expect(words.length).toBeGreaterThan(10)
      expect(anchorsIn(page)).toEqual([...words].sort())
    },
  )

  it('is shown once, with the address of its explanation', () => {
    const { reach, life } = start()
    submit(reach, '')
    submit(reach, 'the formId is a mock one')
    expect(life.warnings).toEqual(['wx-reach: docs/client-notices.md#not_a_form_id'])
  })
})
