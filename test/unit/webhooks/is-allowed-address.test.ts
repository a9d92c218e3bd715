import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAllowedAddress } from '../../../shared/webhooks/is-allowed-address.ts';

const inCloud = { allowLoopback: false };
const inLocalMode = { allowLoopback: true };

describe('an address a webhook may be sent to', () => {
  it.each([
    ['0.0.0.0', '0.255.255.255', null, '1.0.0.0'],
    ['10.0.0.0', '10.255.255.255', '9.255.255.255', '11.0.0.0'],
    ['100.64.0.0', '100.127.255.255', '100.63.255.255', '100.128.0.0'],
    ['127.0.0.0', '127.255.255.255', '126.255.255.255', '128.0.0.0'],
    ['169.254.0.0', '169.254.255.255', '169.253.255.255', '169.255.0.0'],
    ['172.16.0.0', '172.31.255.255', '172.15.255.255', '172.32.0.0'],
    ['192.0.0.0', '192.0.0.255', '191.255.255.255', '192.0.1.0'],
    ['192.0.2.0', '192.0.2.255', '192.0.1.255', '192.0.3.0'],
    ['192.88.99.0', '192.88.99.255', '192.88.98.255', '192.88.100.0'],
    ['192.168.0.0', '192.168.255.255', '192.167.255.255', '192.169.0.0'],
    ['198.18.0.0', '198.19.255.255', '198.17.255.255', '198.20.0.0'],
    ['198.51.100.0', '198.51.100.255', '198.51.99.255', '198.51.101.0'],
    ['203.0.113.0', '203.0.113.255', '203.0.112.255', '203.0.114.0'],
    ['224.0.0.0', '255.255.255.255', '223.255.255.255', null],
    ['::', '1fff:ffff::', null, '2000::'],
    ['2001::', '2001:1ff:ffff::', '2000:ffff::', '2001:200::'],
    ['2001:db8::', '2001:db8:ffff::', '2001:db7:ffff::', '2001:db9::'],
    ['2002::', '2002:ffff::', '2001:ffff::', '2003::'],
    ['3fff::', '3fff:fff:ffff::', '3ffe:ffff::', '3fff:1000::'],
    ['4000::', 'ffff:ffff::', '3fff:ffff::', null],
  ])('is not from %s to %s, but before and after', (first, last, before, after) => {
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
  ])('is not %s: %s', (_kind, address) => {
    expect(isAllowedAddress(address, inCloud)).toBe(false);
  });

  it('is a loopback address only where the setting allows it, and no other private one with it', () => {
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
