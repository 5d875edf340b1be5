import { describe, expect, it } from '@jest/globals'
import { createLateReplies } from '../../server/wechat/http.ts'

describe('late replies', () => {
  it('are listened for so many at once: one more is given up', () => {
    const late = createLateReplies({ waitMs: 60_000, most: 2 })
    const stop = late.add(() => {})
    expect(late.add(() => {})).toBeDefined()
    expect(late.add(() => {})).toBeUndefined()
    stop!()
    expect(late.add(() => {})).toBeDefined()
    late.close()
    expect(late.add(() => {})).toBeUndefined()
  })
})
