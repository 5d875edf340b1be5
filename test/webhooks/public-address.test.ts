import type { LookupAddress } from 'node:dns'
import { describe, expect, it } from '@jest/globals'
import {
  createPublicLookup,
  isPublicAddress,
  literalAddress,
} from '../../server/webhooks/public-address.ts'

const inside = [
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.255',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '64:ff9b::7f00:1',
  '2001:db8::1',
  '2002:7f00:1::',
  'fc00::1',
  'fd12:3456::1',
  'fe80::1',
  'ff02::1',
  'not an address',
]
const outside = ['1.1.1.1', '100.63.255.255', '172.32.0.1', '2606:4700::1111', '2400:3200::1']

describe('an address', () => {
  it.each(inside)('of a network inside is not public: %s', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })

  it.each(outside)('of the internet is public: %s', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })

  it.each([
    ['http://[::1]:80/', '::1'],
    ['http://2130706433/', '127.0.0.1'],
    ['http://0x7f.1/', '127.0.0.1'],
    ['http://example.com/', undefined],
  ])('is found in a URL, in whatever form: %s', (url, address) => {
    expect(literalAddress(new URL(url))).toBe(address)
  })
})

describe('the look-up of a connection', () => {
  const lookUp = (found: string[], all: boolean) =>
    new Promise<unknown>((resolve) => {
      const addresses = found.map((address): LookupAddress => ({ address, family: 4 }))
      const system = ((_name: string, _options: object, done: (...given: unknown[]) => void) =>
        done(null, addresses)) as unknown as Parameters<typeof createPublicLookup>[0]
      createPublicLookup(system)('a.example', { all }, (error, address) =>
        resolve(error ? (error as { code?: string }).code : address),
      )
    })

  it('gives the public addresses of a name alone', async () => {
    const found = ['127.0.0.1', '1.1.1.1', '10.0.0.1']
    expect(await lookUp(found, true)).toEqual([{ address: '1.1.1.1', family: 4 }])
    expect(await lookUp(found, false)).toBe('1.1.1.1')
  })

  it('fails where a name has none', async () => {
    expect(await lookUp(['127.0.0.1', '169.254.169.254'], true)).toBe('PRIVATE_ADDRESS')
    expect(await lookUp([], false)).toBe('PRIVATE_ADDRESS')
  })
})
