import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findUrlFaults } from '../../../shared/webhooks/find-url-faults.ts';

const inCloud = { allowLoopback: false };
const inLocalMode = { allowLoopback: true };
const form = 'Enter a valid URL.';
const scheme = 'The URL must start with https://.';
const credentials = 'The URL must not contain credentials.';
const address = 'The URL must not point to a private or reserved address.';

type Octets = [number, number, number, number];
const octet = fc.integer({ min: 0, max: 255 });
const privateIpv4: fc.Arbitrary<Octets> = fc.oneof(
  fc.tuple(fc.constantFrom(0, 10, 127), octet, octet, octet),
  fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
  fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
  fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
  fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
  fc.tuple(fc.integer({ min: 224, max: 255 }), octet, octet, octet),
);

const numeral = (radix: number) => (value: number) =>
  radix === 16 ? `0x${value.toString(16)}` : radix === 8 ? `0${value.toString(8)}` : String(value);
const hextets = ([a, b, c, d]: Octets): string => `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;

/** Ways to write an IPv4 address in a URL that all mean the same host. */
const spellings: ((octets: Octets, radix: number) => string)[] = [
  (octets, radix) => octets.map(numeral(radix)).join('.'),
  (octets) => octets.map((value, index) => numeral([16, 8, 10, 16][index] as number)(value)).join('.'),
  ([a, b, c, d], radix) => [a, b, c * 256 + d].map(numeral(radix)).join('.'),
  ([a, b, c, d], radix) => [a, (b * 256 + c) * 256 + d].map(numeral(radix)).join('.'),
  ([a, b, c, d], radix) => numeral(radix)(((a * 256 + b) * 256 + c) * 256 + d),
  (octets) => `${octets.join('.')}.`,
  (octets) => octets.join('。'),
  (octets) => octets.join('.').replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  (octets) => octets.join('.').replace(/\d/g, (digit) => `%3${digit}`),
  (octets) => `[::ffff:${octets.join('.')}]`,
  (octets) => `[0:0:0:0:0:FFFF:${hextets(octets)}]`,
  (octets) => `[::${octets.join('.')}]`,
  (octets) => `[64:ff9b::${octets.join('.')}]`,
  (octets) => `[2002:${hextets(octets)}::1]`,
];

describe('the address of a webhook', () => {
  it.each([
    'https://example.com/hook',
    'https://example.com:8443/hook?a=b#c',
    'HTTPS://EXAMPLE.COM',
    'https://bücher.example/',
    'https://8.8.8.8/',
    'https://[2606:4700::1111]/',
    'https://localhost.example.com/',
    'https://notlocalhost/',
    'https://10.example.com/',
  ])('may be %s', (url) => {
    expect(findUrlFaults(url, inCloud)).toEqual([]);
  });

  it.each([
    ['example.com/hook', [form]],
    ['https:example.com', [form]],
    ['https:///example.com', [form]],
    ['https://', [form]],
    ['//example.com', [form]],
    ['https://exam ple.com/', [form]],
    ['https://example.com/\nhook', [form]],
    ['https:\\\\example.com', [form]],
    ['https://example.com\\@10.0.0.1/', [form]],
    ['https://256.256.256.256/', [form]],
    ['https://[fe80::1%25eth0]/', [form]],
    ['http://example.com/', [scheme]],
    ['ftp://example.com/', [scheme]],
    ['javascript://example.com/%0aalert(1)', [scheme]],
    ['https://user@example.com/', [credentials]],
    ['https://:word@example.com/', [credentials]],
    ['http://user:word@10.0.0.1/', [scheme, credentials, address]],
    ['https://localhost/', [address]],
    ['https://LOCALHOST./', [address]],
    ['https://hooks.localhost:3000/', [address]],
    ['https://[::1]/', [address]],
    ['https://[::]/', [address]],
    ['https://[fd00:ec2::254]/', [address]],
    ['https://[2001:db8::1]/', [address]],
    ['http://localhost:3000/', [scheme, address]],
  ])('may not be %j', (url, faults) => {
    expect(findUrlFaults(url, inCloud)).toEqual(faults);
  });

  it('is refused with a private address however it is spelled', () => {
    const spelling = fc.constantFrom(...spellings);
    fc.assert(
      fc.property(privateIpv4, spelling, fc.constantFrom(8, 10, 16), (octets, spell, radix) => {
        expect(findUrlFaults(`https://${spell(octets, radix)}/hook`, inCloud)).toEqual([address]);
      }),
      { numRuns: 1000 },
    );
  });

  it('never makes the check throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl()), fc.boolean(), (text, allowLoopback) => {
        expect(Array.isArray(findUrlFaults(text, { allowLoopback }))).toBe(true);
        expect(Array.isArray(findUrlFaults(`https://${text}`, { allowLoopback }))).toBe(true);
      }),
    );
  });

  it.each(['http://127.0.0.1:3000/', 'http://localhost:3000/', 'http://[::1]:3000/', 'https://hooks.localhost/'])(
    'may be %s in local mode',
    (url) => {
      expect(findUrlFaults(url, inLocalMode)).toEqual([]);
    },
  );

  it.each([
    ['http://example.com/', [scheme]],
    ['https://10.0.0.1/', [address]],
    ['http://169.254.169.254/', [scheme, address]],
    ['http://[::ffff:127.0.0.1]/', [scheme, address]],
  ])('may not be %s in local mode either', (url, faults) => {
    expect(findUrlFaults(url, inLocalMode)).toEqual(faults);
  });
});
