import { describe, expect, it } from '@jest/globals'
import { counts } from '../../bench/client/counts'

describe('what the library costs a page', () => {
  it.each(counts().map(({ what, value, least, limit }) => [what, value, least, limit] as const))(
    '%s: %d, at least %d and at most %d [case size]',
    (_, value, least, limit) => {
      expect(value).toBeGreaterThanOrEqual(least)
      expect(value).toBeLessThanOrEqual(limit)
    },
  )
})
