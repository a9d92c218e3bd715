import { isIP } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAllowedAddress } from '../../../../shared/webhooks/egress/is-allowed-address.ts';

const inCloud = { allowLoopback: false };
const inLocalMode = { allowLoopback: true };

/**
 * IANA's special-purpose registries for IPv4 and IPv6, entry by entry, as of 2025-10, and multicast, site-local and
 * IPv4-compatible addresses, which other documents reserve.
 */
const specialPurpose = [
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.0.0/29 192.0.0.8/32',
  '192.0.0.9/32 192.0.0.10/32 192.0.0.170/32 192.0.0.171/32 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24',
  '192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4',
  '255.255.255.255/32 ::1/128 ::/128 ::ffff:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 100:0:0:1::/64 2001::/23',
  '2001::/32 2001:1::1/128 2001:1::2/128 2001:1::3/128 2001:2::/48 2001:3::/32 2001:4:112::/48 2001:10::/28',
  '2001:20::/28 2001:30::/28 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20 5f00::/16 fc00::/7 fe80::/10',
  'fec0::/10 ff00::/8 ::/96',
].flatMap((line) => line.split(' '));

const widthOf = (family: 4 | 6): number => (family === 4 ? 32 : 128);

function toNumber(address: string): bigint {
  if (isIP(address) === 4) return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const [head = [], tail] = address.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const groups = tail ? [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail] : head;
  return groups.reduce((sum, part) => sum * 65_536n + BigInt(`0x${part}`), 0n);
}

function toAddress(value: bigint, family: 4 | 6): string {
  const [size, bits, radix] = family === 4 ? ([4, 8n, 10] as const) : ([8, 16n, 16] as const);
  const parts = Array.from(
    { length: size },
    (_, index) => (value >> (BigInt(size - 1 - index) * bits)) & ((1n << bits) - 1n),
  );
  return parts.map((part) => part.toString(radix)).join(family === 4 ? '.' : ':');
}

/** The first, the last and one address between them. */
function sample(range: string, between: bigint): string[] {
  const [address = '', bits] = range.split('/');
  const family = isIP(address) as 4 | 6;
  const size = 1n << BigInt(widthOf(family) - Number(bits));
  const first = toNumber(address);
  return [first, first + size - 1n, first + (between % size)].map((value) => toAddress(value, family));
}

describe('the check of a resolved address', () => {
  it.each(specialPurpose)('refuses every address of %s', (range) => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }),
        fc.constantFrom(inCloud, inLocalMode),
        (between, rules) => {
          const isLoopback = range === '127.0.0.0/8' || range === '::1/128';
          const allowed = sample(range, between).filter((address) => isAllowedAddress(address, rules));
          if (isLoopback && rules.allowLoopback) return;
          expect(allowed).toEqual([]);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('allows every address outside the special-purpose registries', () => {
    const blocked = specialPurpose.map((range): [4 | 6, bigint, bigint] => {
      const [address = '', bits] = range.split('/');
      const family = isIP(address) as 4 | 6;
      return [family, toNumber(address), BigInt(widthOf(family) - Number(bits))];
    });
    const isSpecial = (value: bigint, family: 4 | 6): boolean =>
      blocked.some(([of, first, bits]) => of === family && value >> bits === first >> bits);
    const ipv4 = fc.bigInt({ min: 0n, max: (1n << 32n) - 1n }).map((value) => [value, 4 as const] as const);
    // Global unicast addresses are assigned from 2000::/3.
    const ipv6 = fc.bigInt({ min: 1n << 125n, max: (1n << 126n) - 1n }).map((value) => [value, 6 as const] as const);
    fc.assert(
      fc.property(fc.oneof(ipv4, ipv6), ([value, family]) => {
        expect(isAllowedAddress(toAddress(value, family), inCloud)).toBe(!isSpecial(value, family));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['0.0.0.0', '0.255.255.255', null, '1.0.0.0'],
    ['10.0.0.0', '10.255.255.255', '9.255.255.255', '11.0.0.0'],
    ['100.64.0.0', '100.127.255.255', '100.63.255.255', '100.128.0.0'],
    ['127.0.0.0', '127.255.255.255', '126.255.255.255', '128.0.0.0'],
    ['169.254.0.0', '169.254.255.255', '169.253.255.255', '169.255.0.0'],
    ['172.16.0.0', '172.31.255.255', '172.15.255.255', '172.32.0.0'],
    ['192.0.0.0', '192.0.0.255', '191.255.255.255', '192.0.1.0'],
    ['192.0.2.0', '192.0.2.255', '192.0.1.255', '192.0.3.0'],
    ['192.31.196.0', '192.31.196.255', '192.31.195.255', '192.31.197.0'],
    ['192.52.193.0', '192.52.193.255', '192.52.192.255', '192.52.194.0'],
    ['192.88.99.0', '192.88.99.255', '192.88.98.255', '192.88.100.0'],
    ['192.168.0.0', '192.168.255.255', '192.167.255.255', '192.169.0.0'],
    ['192.175.48.0', '192.175.48.255', '192.175.47.255', '192.175.49.0'],
    ['198.18.0.0', '198.19.255.255', '198.17.255.255', '198.20.0.0'],
    ['198.51.100.0', '198.51.100.255', '198.51.99.255', '198.51.101.0'],
    ['203.0.113.0', '203.0.113.255', '203.0.112.255', '203.0.114.0'],
    ['224.0.0.0', '255.255.255.255', '223.255.255.255', null],
    ['::', '1fff:ffff::', null, '2000::'],
    ['2001::', '2001:1ff:ffff::', '2000:ffff::', '2001:200::'],
    ['2001:db8::', '2001:db8:ffff::', '2001:db7:ffff::', '2001:db9::'],
    ['2002::', '2002:ffff::', '2001:ffff::', '2003::'],
    ['2620:4f:8000::', '2620:4f:8000:ffff::', '2620:4f:7fff::', '2620:4f:8001::'],
    ['3fff::', '3fff:fff:ffff::', '3ffe:ffff::', '3fff:1000::'],
    ['4000::', 'ffff:ffff::', '3fff:ffff::', null],
  ])('refuses %s to %s, and allows the addresses just before and after', (first, last, before, after) => {
    expect([first, last].map((address) => isAllowedAddress(address, inCloud))).toEqual([false, false]);
    const neighbours = [before, after].filter((address) => address !== null);
    expect(neighbours.filter((address) => !isAllowedAddress(address, inCloud))).toEqual([]);
  });

  it.each([
    ['loopback', '::1'],
    ['cloud metadata', '169.254.169.254'],
    ['cloud metadata', 'fd00:ec2::254'],
    ['unique-local', 'fc00::1'],
    ['link-local', 'fe80::1'],
    ['multicast', 'ff02::1'],
    ['IPv4-mapped', '::ffff:10.0.0.1'],
    ['IPv4-mapped', '::ffff:808:808'],
    ['IPv4-compatible', '::127.0.0.1'],
    ['NAT64', '64:ff9b::7f00:1'],
    ['NAT64, local use', '64:ff9b:1::a00:1'],
    ['6to4', '2002:7f00:1::'],
    ['Teredo', '2001:0:4136:e378::1'],
    ['benchmarks', '2001:2::1'],
    ['segment routing', '5f00::1'],
    ['no address', 'example.com'],
    ['no address', '127.1'],
    ['no address', '[::1]'],
    ['with a zone', 'fe80::1%eth0'],
    ['with a zone', '2606:4700::1111%eth0'],
    ['with a zone', '::1%lo'],
    ['octal', '010.0.0.1'],
    ['translated', '::ffff:0:10.0.0.1'],
    ['site-local', 'fec0::1'],
    ['DS-Lite', '192.0.0.2'],
    ['broadcast', '255.255.255.255'],
  ])('refuses %s: %s', (_kind, address) => {
    expect(isAllowedAddress(address, inCloud)).toBe(false);
  });

  it('allows loopback where the setting says so, and no other private address with it', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const isLoopback = address.startsWith('127.');
        expect(isAllowedAddress(address, inLocalMode)).toBe(isLoopback || isAllowedAddress(address, inCloud));
      }),
    );
    expect(isAllowedAddress('127.8.9.10', inLocalMode)).toBe(true);
    expect(isAllowedAddress('::1', inLocalMode)).toBe(true);
    expect(isAllowedAddress('::ffff:127.0.0.1', inLocalMode)).toBe(false);
    expect(isAllowedAddress('169.254.169.254', inLocalMode)).toBe(false);
  });
});
