/** The mark of a broadcast in the pages of its messages. */
import { describe, expect, it } from '@jest/globals'
import { withMark } from '../../server/broadcasts/plan.ts'
import { maxPagePath } from '../../server/rules/values.ts'
import { pageProblem } from '../../server/verify/page-path.ts'

const id = 'bc_AbC-_0123456'
const mark = '_wxb=AbC-_0123456'

describe('the page of a message', () => {
  it.each([
    ['pages/a', `pages/a?${mark}`],
    ['pages/a?', `pages/a?${mark}`],
    ['pages/a?x=1&', `pages/a?x=1&${mark}`],
    ['pages/a?x=%26%3F#top', `pages/a?x=%26%3F&${mark}#top`],
    ['pages/a#top#more', `pages/a?${mark}#top#more`],
    ['pages/a?x_wxb=1', `pages/a?x_wxb=1&${mark}`],
  ])('%s carries the mark beside its own query', (page, marked) => {
    expect(withMark(page, id)).toBe(marked)
    expect(pageProblem(marked)).toBeUndefined()
  })

  it('stays as it is where it has a mark, or no room for one', () => {
    expect(withMark('pages/a?_wxb=other', id)).toBe('pages/a?_wxb=other')
    const longest = 'p'.repeat(maxPagePath - mark.length - 1)
    expect(withMark(longest, id)).toHaveLength(maxPagePath)
    expect(withMark(`${longest}p`, id)).toBe(`${longest}p`)
  })
})
