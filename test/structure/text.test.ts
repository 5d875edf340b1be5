import { basename } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { filesIn, isWithin, sourceFiles, sourceFolders, testFiles, textOf } from './source-files.ts'

const maxColumns = 100

describe('the source files', () => {
  it(`have no line over ${maxColumns} columns, comments and strings included`, () => {
    const endings = ['.ts', '.mts', '.mjs', '.cjs', '.js', '.vue', '.css']
    const files = [...sourceFolders, 'test', 'docs', '.ci'].flatMap((folder) =>
      filesIn(folder, endings),
    )
    const long = files.flatMap((file) =>
      textOf(file)
        .split('\n')
        .flatMap((line, n) => ([...line].length > maxColumns ? [`${file}:${n + 1}`] : [])),
    )
    expect(long).toEqual([])
  })

  it('carry names that say something', () => {
    const vague = /(^|-)(utils?|common|helpers?|misc)(-|\.|$)/
    const parts = (file: string) => [basename(file), ...file.split('/').slice(0, -1)]
    expect(
      [...sourceFiles, ...testFiles].filter((file) => parts(file).some((part) => vague.test(part))),
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
