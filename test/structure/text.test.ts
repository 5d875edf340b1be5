import { basename } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { filesIn, isWithin, sourceFiles, textOf } from './source-files.ts'

describe('the source files', () => {
  it('carry names that say something', () => {
    const vague = /(^|-)(utils?|common|helpers?|misc)(-|\.|$)/
    const parts = (file: string) => [basename(file), ...file.split('/').slice(0, -1)]
    const tests = filesIn('test')
    expect(
      [...sourceFiles, ...tests].filter((file) => parts(file).some((part) => vague.test(part))),
    ).toEqual([])
  })

  it('hold no SQL outside the store', () => {
    const sql = /\b(select|insert|update|delete)\b[\s\S]{0,80}\b(from|into|set|where)\b/i
    const strings = (file: string) =>
      [...textOf(file).matchAll(/`([^`]*)`|'([^'\n]*)'/g)].map(([, a, b]) => a ?? b ?? '')
    const outside = sourceFiles.filter(
      (file) => !isWithin('server/store')(file) && !isWithin('bench')(file),
    )
    expect(outside.filter((file) => strings(file).some((text) => sql.test(text)))).toEqual([])
  })
})
