/** The search that ends a run of all suites (test/support/tear-down.ts). */
import { describe, expect, it } from '@jest/globals'
import type { Collected } from '../support/logs/collected.ts'
import { findLeaks } from '../support/logs/search.ts'

const line = (text: string): Collected => ['line', text]
const secret = (text: string): Collected => ['secret', text]

describe('the search for secrets in the log of all suites', () => {
  it('finds a secret that another suite used, wherever it stands in a line', () => {
    const leak = '{"message":"no user alice-0001 there"}'
    const collected = [line('{"message":"request"}'), line(leak), secret('alice-0001')]
    expect(findLeaks(collected)).toEqual([{ secret: 'alice-0001', line: leak }])
  })

  it('finds secrets that begin alike, each once', () => {
    const secrets = ['token-1', 'token-12', 'token-3'].map(secret)
    const leaks = findLeaks([line('a token-12'), line('b token-12'), ...secrets])
    expect(leaks.map((leak) => leak.secret).sort()).toEqual(['token-1', 'token-12'])
  })

  it('finds nothing in lines without a secret, and looks for no short word', () => {
    expect(findLeaks([line('{"message":"request ada"}'), secret('ada'), secret('alice')])).toEqual(
      [],
    )
  })
})
