/** Which addresses a webhook may have: whoever may make one must not reach the network inside. */
import { lookup as systemLookup, type LookupAddress } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** IANA's special-purpose addresses, besides those that are globally reachable. */
const reserved = {
  ipv4: [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.88.99.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/4',
    '240.0.0.0/4',
  ],
  // All but 2000::/3, and of that what leads to an IPv4 address or nowhere.
  ipv6: ['::/3', '4000::/2', '8000::/1', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'],
} as const

function listOf(family: keyof typeof reserved): BlockList {
  const list = new BlockList()
  for (const network of reserved[family]) {
    const [address, bits] = network.split('/') as [string, string]
    list.addSubnet(address, Number(bits), family)
  }
  return list
}

/** A list each: in a common one, ::/3 would hold all IPv4 addresses. */
const blocked = { ipv4: listOf('ipv4'), ipv6: listOf('ipv6') }

export function isPublicAddress(address: string): boolean {
  const version = isIP(address)
  const family = version === 4 ? 'ipv4' : 'ipv6'
  return version !== 0 && !blocked[family].check(address, family)
}

/** The address of a URL whose host is one; `undefined`: its host is a name. */
export function literalAddress({ hostname }: URL): string | undefined {
  const address = hostname.replace(/^\[|\]$/g, '')
  return isIP(address) === 0 ? undefined : address
}

export const privateAddressCode = 'PRIVATE_ADDRESS'

/** The error of a connection to an address that is not public. */
class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError'
  readonly code = privateAddressCode
}

export const privateAddress = () =>
  new PrivateAddressError('The address is private, of this machine, or reserved.')

type Lookup = typeof systemLookup

/**
 * Looks names up for a connection, and gives it public addresses alone: what is checked is what is
 * connected to, whatever the name leads to a moment later.
 */
export const createPublicLookup =
  (lookup: Lookup = systemLookup): LookupFunction =>
  (hostname, options, callback) =>
    lookup(hostname, { ...options, all: true }, (error, found) => {
      const addresses = (found as LookupAddress[] | undefined) ?? []
      const usable = addresses.filter(({ address }) => isPublicAddress(address))
      const [first] = usable
      if (error || !first) return callback(error ?? privateAddress(), '')
      if (options.all) return callback(null, usable)
      callback(null, first.address, first.family)
    })
