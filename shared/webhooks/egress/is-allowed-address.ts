import { BlockList, isIP } from 'node:net';
import { reservedIpv4, reservedIpv6 } from './reserved-addresses.ts';

// One list per family: in a common list, the IPv6 range of IPv4-mapped addresses would match every IPv4 address.
const reserved4 = new BlockList();
for (const [address, bits] of reservedIpv4) reserved4.addSubnet(address, bits, 'ipv4');
const reserved6 = new BlockList();
for (const [address, bits] of reservedIpv6) reserved6.addSubnet(address, bits, 'ipv6');

const loopback4 = new BlockList();
loopback4.addSubnet('127.0.0.0', 8, 'ipv4');

/** @param address IPv4 in dotted decimal, or IPv6 without brackets */
export const isLoopbackAddress = (address: string): boolean =>
  address === '::1' || (isIP(address) === 4 && loopback4.check(address, 'ipv4'));

/**
 * May a webhook be sent to this address? To a public one, and to loopback where the setting allows it.
 *
 * @param address IPv4 in dotted decimal, or IPv6 without brackets. Any other text is refused, and so is a zone, which
 *   only addresses of a local network have (RFC 4007 §11).
 */
export function isAllowedAddress(address: string, { allowLoopback }: { allowLoopback: boolean }): boolean {
  const family = isIP(address);
  if (family === 0 || address.includes('%')) return false;
  if (allowLoopback && isLoopbackAddress(address)) return true;
  return family === 4 ? !reserved4.check(address, 'ipv4') : !reserved6.check(address, 'ipv6');
}
