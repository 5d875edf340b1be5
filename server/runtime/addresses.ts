/** Which hosts are this machine, and which are in a private network. */
import { BlockList, isIP } from 'node:net'

export const isLoopback = (host: string): boolean =>
  /^(localhost|127(\.\d+){3}|\[::1\])$/.test(host)

/** RFC 1918, RFC 6598, RFC 4193 and link-local. */
function createPrivateNetworks(): BlockList {
  const networks = new BlockList()
  networks.addSubnet('10.0.0.0', 8, 'ipv4')
  networks.addSubnet('172.16.0.0', 12, 'ipv4')
  networks.addSubnet('192.168.0.0', 16, 'ipv4')
  networks.addSubnet('169.254.0.0', 16, 'ipv4')
  networks.addSubnet('100.64.0.0', 10, 'ipv4')
  networks.addSubnet('fc00::', 7, 'ipv6')
  networks.addSubnet('fe80::', 10, 'ipv6')
  return networks
}

/**
 * @param host as a URL has it
 * @returns `undefined` for a name, which may lead anywhere
 */
export function isPrivate(host: string): boolean | undefined {
  const address = host.replace(/^\[|\]$/g, '')
  const version = isIP(address)
  if (version === 0) return undefined
  return createPrivateNetworks().check(address, version === 4 ? 'ipv4' : 'ipv6')
}

/** Of an address that a name led to. */
export const isLocal = (address: string): boolean =>
  isPrivate(address) === true || address === '::1' || isLoopback(address)
