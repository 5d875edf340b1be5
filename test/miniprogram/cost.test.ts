import { describe, expect, it } from '@jest/globals'
import { counts } from '../../bench/client/counts'

describe('what the library costs a page', () => {
  it.each(counts().map(({ what, value, limit }) => [what, value, limit] as const))(
    '%s: %d, of at most %d',
    (_, value, limit) => {
      expect(value).toBeLessThanOrEqual(limit)
    },
  )
})
