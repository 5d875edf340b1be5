import { expect, it } from '@jest/globals'
import { isBelowMinimum } from '../../server/sessions/sessions.ts'

it.each([
  ['6.5.1', true],
  ['6.4.99', true],
  ['6.5', true],
  ['6.5.2', false],
  ['6.5.2.1', false],
  ['6.5.10', false],
  ['8.0.5', false],
  ['10.0', false],
  ['', undefined],
  ['six', undefined],
  [undefined, undefined],
])('WeChat %s is below the minimum: %s', (version, below) => {
  expect(isBelowMinimum(version)).toBe(below)
})
