/** Which IP addresses lead somewhere that a stranger must not send this server (RFC 6890, and the registries behind it). */
import { BlockList, isIPv4 } from 'node:net'

type Range = readonly [network: string, prefix: number]

/** Nobody's app lives there: this network, link-local with the metadata services of clouds, multicast, reserved. */
const never: readonly Range[] = [
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]

/** Loopback, and networks of the house, the office and the carrier. */
const internal: readonly Range[] = [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
]

const internal6: readonly Range[] = [
  ['::1', 128],
  ['fc00::', 7],
]

/** Within 2000::/3, addresses that stand for IPv4 ones or for no host at all. */
const never6: readonly Range[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]

function listOf(ranges: readonly Range[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, family)
  return list
}

/** @returns whether a request may go to an address, as text */
export function createAddressFilter(allowsInternal: boolean): (address: string) => boolean {
  const never4 = listOf(never, 'ipv4')
  const own4 = listOf(internal, 'ipv4')
  const no6 = listOf(never6, 'ipv6')
  const own6 = listOf(internal6, 'ipv6')
  const global6 = listOf([['2000::', 3]], 'ipv6')
  const isAllowed4 = (address: string): boolean =>
    !never4.check(address, 'ipv4') && (allowsInternal || !own4.check(address, 'ipv4'))
  return (address) => {
    if (isIPv4(address)) return isAllowed4(address)
    // A zone names an interface of this machine.
    if (address.includes('%')) return false
    if (own6.check(address, 'ipv6')) return allowsInternal
    // IPv4 in the clothes of IPv6 (::ffff:0:0/96) is not among them, and so is refused.
    return global6.check(address, 'ipv6') && !no6.check(address, 'ipv6')
  }
}
