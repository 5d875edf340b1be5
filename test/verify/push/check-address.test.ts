import { describe, expect, it } from '@jest/globals'
import { checkAddress } from '../../../server/verify/push/open-push.ts'
import { settings, sha1, stamp } from './platform.ts'

const { token } = settings
const query = {
  ...stamp,
  echostr: '4375120948345356249',
  signature: sha1(token, stamp.timestamp, stamp.nonce),
}

describe('the check of an address', () => {
  it('returns the echostr when the platform signed it', () => {
    expect(checkAddress({ token, query })).toBe(query.echostr)
  })

  it.each(['signature', 'timestamp', 'nonce', 'echostr'] as const)(
    'returns nothing when %s is missing, empty or repeated',
    (name) => {
      for (const value of [undefined, '', [query[name], query[name]], [query[name]], 7]) {
        expect(checkAddress({ token, query: { ...query, [name]: value } })).toBeUndefined()
      }
    },
  )

  it.each([
    ['another token', { token: 'AAAAB', query }],
    ['another nonce', { token, query: { ...query, nonce: '1' } }],
    ['a signature cut short', { token, query: { ...query, signature: query.signature.slice(1) } }],
    ['a signature in capitals', { token, query: { ...query, signature: 'F'.repeat(40) } }],
  ])('returns nothing with %s', (_, input) => {
    expect(checkAddress(input)).toBeUndefined()
  })

  it('returns nothing while our token is empty, with which anybody could sign', () => {
    const signature = sha1('', stamp.timestamp, stamp.nonce)
    expect(checkAddress({ token: '', query: { ...query, signature } })).toBeUndefined()
  })
})
