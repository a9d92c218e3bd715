/**
 * Address ranges outside the public internet, to which no webhook is sent. The list contains IANA's special-purpose
 * address registries for IPv4 and IPv6 (https://www.iana.org/assignments/iana-ipv4-special-registry and
 * iana-ipv6-special-registry), complete, and multicast. The few globally reachable entries in them are infrastructure
 * (AS112, relays, anycast), which receives no webhooks.
 */
export const reservedIpv4 = [
  ['0.0.0.0', 8, 'this network'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'carrier-grade NAT'],
  ['127.0.0.0', 8, 'loopback'],
  ['169.254.0.0', 16, 'link-local, cloud metadata'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'protocol assignments'],
  ['192.0.2.0', 24, 'documentation'],
  ['192.31.196.0', 24, 'AS112'],
  ['192.52.193.0', 24, 'multicast tunnels'],
  ['192.88.99.0', 24, '6to4 relay'],
  ['192.168.0.0', 16, 'private'],
  ['192.175.48.0', 24, 'AS112'],
  ['198.18.0.0', 15, 'benchmarks'],
  ['198.51.100.0', 24, 'documentation'],
  ['203.0.113.0', 24, 'documentation'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved, broadcast'],
] as const;

/** Global unicast is 2000::/3 only, so everything outside it is refused. */
export const reservedIpv6 = [
  ['::', 3, 'unspecified, loopback, IPv4-mapped and -compatible, NAT64, discard'],
  ['2001::', 23, 'protocol assignments: Teredo, benchmarks, multicast tunnels, AS112, ORCHID, drones'],
  ['2001:db8::', 32, 'documentation'],
  ['2002::', 16, '6to4, which carries any IPv4 address'],
  ['2620:4f:8000::', 48, 'AS112'],
  ['3fff::', 20, 'documentation'],
  ['4000::', 2, 'unassigned, segment routing'],
  ['8000::', 1, 'unassigned, unique-local, link-local, site-local, multicast'],
] as const;
