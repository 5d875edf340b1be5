import { expect, it } from '@jest/globals'
import { createRecent } from '../../server/sessions/sessions.ts'
import { createStillWorld } from '../support/still-world.ts'

it('forgets what was unused for longest, and what is too old', () => {
  const { monotonic } = createStillWorld()
  const recent = createRecent<{ n: number }>(monotonic, { entries: 2, ageMs: 1_000 })
  recent.set('a', { n: 1 })
  recent.set('b', { n: 2 })
  expect(recent.get('a')).toEqual({ n: 1 })
  recent.set('c', { n: 3 })
  expect(recent.get('b')).toBeUndefined()
  expect(recent.get('a')).toEqual({ n: 1 })
  monotonic.advance(1_000)
  expect(recent.get('a')).toBeUndefined()
})
