import { describe, expect, it } from '@jest/globals'
import { fieldNames, fieldProblem, fill } from '../../server/broadcasts/fields.ts'

describe('a text with fields', () => {
  it('is filled with what the recipient brings', () => {
    const filled = fill('{{name}}，{{ what }}到了，{{name}}', { name: '小王', what: '快递' })
    expect(filled).toEqual({ ok: true, text: '小王，快递到了，小王' })
  })

  it('takes braces and dollars in what a recipient brings as text', () => {
    const fields = { name: '{{what}}', what: '$&' }
    expect(fill('{{name}} {{what}}', fields)).toEqual({ ok: true, text: '{{what}} $&' })
  })

  it('names each field that is missing once, also names that every object has', () => {
    const filled = fill('{{a}} {{b}} {{a}} {{constructor}}', { b: '' })
    expect(filled).toEqual({ ok: false, missing: ['a', 'constructor'] })
    expect(fieldNames('{{a}} {{b}} {{a}}')).toEqual(['a', 'b'])
  })

  it.each(['{{name', 'name}}', '{{}}', '{{1a}}', '{{a b}}', `{{${'a'.repeat(33)}}}`])(
    'may not hold the braces of %s',
    (text) => {
      expect(fieldProblem(text)).toContain('{{name}}')
      expect(fieldNames(text)).toEqual([])
    },
  )

  it.each(['', 'no field', '{one} brace', '{{a}}{{b_2}}', `{{${'a'.repeat(32)}}}`])(
    'may be %s',
    (text) => expect(fieldProblem(text)).toBeUndefined(),
  )
})
