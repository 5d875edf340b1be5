/** @jest-environment jsdom */
import { TextEncoder } from 'node:util'
import { describe, expect, it } from '@jest/globals'
import { checkCode, checkPayload } from '../../server/codes/check-code.ts'
import {
  codeProblems,
  requestOfCode,
  type CodeDraft,
  type CodeField,
} from '../../web/console/src/screens/codes/code-draft.ts'

// jsdom has none, and every browser has one.
globalThis.TextEncoder ??= TextEncoder

const blank = { path: '', page: '', scene: '', payload: '', width: '' }
const byPath: CodeDraft = { ...blank, kind: 'path', source: 'scene', path: 'pages/a?x=1' }
const bySource = (source: CodeDraft['source'], rest: Partial<CodeDraft>): CodeDraft => ({
  ...blank,
  kind: 'scene',
  source,
  ...rest,
})

const drafts: CodeDraft[] = [
  byPath,
  { ...byPath, kind: 'qrcode' },
  ...[
    '',
    'a'.repeat(128),
    'a'.repeat(129),
    '页'.repeat(43),
    'a?scancode_time=1',
    'a\u0007',
  ].flatMap((path): CodeDraft[] => [
    { ...byPath, path },
    { ...byPath, path, kind: 'qrcode' },
  ]),
  ...['1', '279', '280', '1280', '1281', '0'].map((width) => ({ ...byPath, width })),
  ...['', 'id=1', 'a'.repeat(32), 'a'.repeat(33), '页', '$', '<>', 'scancode_time'].map((scene) =>
    bySource('scene', { scene }),
  ),
  ...['pages/a', '/pages/a', 'pages/a?x=1', 'pages/a#b', '&a', 'https://x.cn', 'a b'].map((page) =>
    bySource('scene', { scene: 's', page }),
  ),
  ...['{"a":1}', '"text"', `"${'a'.repeat(4_094)}"`, `"${'a'.repeat(4_095)}"`, 'null'].map(
    (payload) => bySource('payload', { payload }),
  ),
]

describe.each(['2018', '2026'] as const)('in edition %s', (edition) => {
  it.each(drafts)('%j has the problems that the server would name', (draft) => {
    const request = requestOfCode(draft)
    const errors = [...checkCode(request, edition), ...checkPayload(request)]
    const fields = errors.map(({ path }) => path.slice(1) as CodeField)
    expect(Object.keys(codeProblems(draft, edition)).sort()).toEqual([...new Set(fields)].sort())
  })
})

it('a payload that is no JSON, and a width that is no number, are told before all else', () => {
  expect(codeProblems(bySource('payload', { payload: '{a:1}' }), '2026')).toEqual({
    payload: 'json',
  })
  expect(codeProblems(bySource('payload', {}), '2026')).toEqual({ payload: 'missing' })
  expect(codeProblems({ ...byPath, width: '430px' }, '2026')).toEqual({ width: 'width' })
})
