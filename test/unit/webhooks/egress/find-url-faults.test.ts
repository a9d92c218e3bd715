import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findUrlFaults } from '../../../../shared/webhooks/egress/find-url-faults.ts';
import { anyText, anyUrl } from '../../../support/any-text.ts';

const inCloud = { allowLoopback: false, ports: [443] };
const inLocalMode = { allowLoopback: true, ports: [443] };
const form = 'Enter a valid URL.';
const scheme = 'The URL must start with https://.';
const credentials = 'The URL must not contain credentials.';
const address = 'The URL must not point to a private or reserved address.';
const port = 'The URL must use port 443.';

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

const publicIpv4: fc.Arbitrary<Octets> = fc.oneof(
  fc.tuple(fc.constantFrom(1, 8, 9, 11, 93, 126, 128, 191, 223), octet, octet, octet),
  fc.tuple(fc.constant(172), fc.integer({ min: 32, max: 255 }), octet, octet),
  fc.tuple(fc.constant(100), fc.integer({ min: 128, max: 255 }), octet, octet),
);

const numeral = (radix: number) => (value: number) =>
  radix === 16 ? `0x${value.toString(16)}` : radix === 8 ? `0${value.toString(8)}` : String(value);
const hextets = ([a, b, c, d]: Octets): string => `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
const dotted = (octets: Octets, radix: number): string => octets.map(numeral(radix)).join('.');
const respellDigits = (text: string, zero: number): string =>
  text.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));
const percentEncode = (text: string): string =>
  Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

type Spelling = (octets: Octets, radix: number) => string;

/** Ways to write an IPv4 address in a URL that all mean that address. */
const spellingsOfIpv4: Spelling[] = [
  dotted,
  (octets, radix) => dotted(octets, radix).toUpperCase(),
  (octets) => octets.map((value, index) => numeral([16, 8, 10, 16][index] as number)(value)).join('.'),
  (octets) => octets.map((value) => `000${value.toString(8)}`).join('.'),
  (octets) => octets.map((value) => `0x0000${value.toString(16)}`).join('.'),
  ([a, b, c, d], radix) => [a, b, c * 256 + d].map(numeral(radix)).join('.'),
  ([a, b, c, d], radix) => [a, (b * 256 + c) * 256 + d].map(numeral(radix)).join('.'),
  ([a, b, c, d], radix) => numeral(radix)(((a * 256 + b) * 256 + c) * 256 + d),
  (octets, radix) => `${dotted(octets, radix)}.`,
  (octets, radix) => dotted(octets, radix).replaceAll('.', '\u3002'),
  (octets, radix) => dotted(octets, radix).replaceAll('.', '\uff0e'),
  (octets, radix) => dotted(octets, radix).replaceAll('.', '\uff61'),
  (octets, radix) => `${dotted(octets, radix)}\u3002`,
  (octets, radix) => respellDigits(dotted(octets, radix), 0xff10),
  (octets, radix) => respellDigits(dotted(octets, radix), 0x1d7ce),
  (octets, radix) => dotted(octets, radix).replaceAll('.', '%2e'),
  (octets, radix) => percentEncode(dotted(octets, radix)),
  (octets, radix) => percentEncode(respellDigits(dotted(octets, radix), 0xff10)),
  // Invisible characters, which hosts lose: soft hyphen, zero-width space.
  (octets, radix) => dotted(octets, radix).replaceAll('.', '\u00ad.\u200b'),
];

/** Ways to embed an IPv4 address in an IPv6 address. All are refused, whatever the embedded address is. */
const embeddings: Spelling[] = [
  (octets) => `[::ffff:${octets.join('.')}]`,
  (octets) => `[0:0:0:0:0:FFFF:${hextets(octets)}]`,
  (octets) => `[0000:0000:0000:0000:0000:ffff:${octets.join('.')}]`,
  (octets) => `[::ffff:0:${octets.join('.')}]`,
  (octets) => `[::${octets.join('.')}]`,
  (octets) => `[64:ff9b::${octets.join('.')}]`,
  (octets) => `[64:FF9B:0:0:0:0:${hextets(octets)}]`,
  (octets) => `[64:ff9b:1::${hextets(octets)}]`,
  (octets) => `[2002:${hextets(octets)}::1]`,
  (octets) => `[2001:0:${hextets(octets)}::1]`,
  ([a, b, c, d]) => `[2001::${hextets([~a & 255, ~b & 255, ~c & 255, ~d & 255])}]`,
];

const radix = fc.constantFrom(8, 10, 16);

describe('the check of a webhook’s address', () => {
  it.each([
    'https://example.com/hook',
    'https://example.com:443/hook?a=b#c',
    'https://example.com./hook',
    'https://example.com/@hook?user@example.com',
    'HTTPS://EXAMPLE.COM',
    'https://bücher.example/',
    'https://8.8.8.8/',
    'https://[2606:4700::1111]/',
    'https://localhost.example.com/',
    'https://notlocalhost.com/',
    'https://internal.example.com/',
    'https://10.example.com/',
  ])('allows %s', (url) => {
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
    ['https://@example.com/', [credentials]],
    ['https://:@example.com?a', [credentials]],
    ['https://:word@example.com/', [credentials]],
    ['http://user:word@10.0.0.1/', [scheme, credentials, address]],
    ['https://localhost/', [address]],
    ['https://LOCALHOST./', [address]],
    ['https://localhost../', [form]],
    ['https://127.0.0.1../', [form]],
    ['https://example..com/', [form]],
    ['https://./', [form]],
    ['https://.localhost/', [form]],
    ['https://lo\u00adcalhost/', [address]],
    ['https://%6cocalhost%2e/', [address]],
    ['https://\u24dbocalhost/', [address]],
    ['https://hooks.localhost/', [address]],
    ['https://localhost.localdomain/', [address]],
    ['https://ip6-localhost/', [address]],
    ['https://instance-data/latest/meta-data/', [address]],
    ['https://metadata.google.internal/', [address]],
    ['https://ip-10-0-0-1.ec2.internal./', [address]],
    ['https://printer.local/', [address]],
    ['https://nas.home.arpa/', [address]],
    ['https://169.254.169.254/latest/meta-data/', [address]],
    ['https://[::1]/', [address]],
    ['https://[::]/', [address]],
    ['https://[fd00:ec2::254]/', [address]],
    ['https://[2001:db8::1]/', [address]],
    ['http://localhost:3000/', [scheme, address, port]],
    ['https://[::1]./', [form]],
    ['https://[::1%25lo]/', [form]],
    ['https://[2606:4700::1111%25eth0]/', [form]],
    ['https://127.0.0.1%00.example.com/', [form]],
    ['https://127.0.0.1%2f.example.com/', [form]],
    ['https://example.com%4010.0.0.1/', [form]],
    ['https://\u0661\u0662\u0667.0.0.1/', [form]],
    ['https://example.com:99999/', [form]],
    ['https://example.com:0/', [port]],
    ['https://example.com:22/', [port]],
    ['https://example.com:80/', [port]],
    ['https://example.com:8443/', [port]],
    ['http://example.com:443/', [scheme]],
    ['http://example.com:80/', [scheme]],
    ['https://[2606:4700::1111]:6379/', [port]],
  ])('refuses %j', (url, faults) => {
    expect(findUrlFaults(url, inCloud)).toEqual(faults);
  });

  it('refuses a private address in every spelling', () => {
    const spelling = fc.constantFrom(...spellingsOfIpv4, ...embeddings);
    fc.assert(
      fc.property(privateIpv4, spelling, radix, (octets, spell, base) => {
        expect(findUrlFaults(`https://${spell(octets, base)}/hook`, inCloud)).toEqual([address]);
      }),
      { numRuns: 3000 },
    );
  });

  it('allows a public address in every spelling, but not inside an IPv6 address', () => {
    fc.assert(
      fc.property(publicIpv4, fc.constantFrom(...spellingsOfIpv4), radix, (octets, spell, base) => {
        expect(findUrlFaults(`https://${spell(octets, base)}/hook`, inCloud)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(publicIpv4, fc.constantFrom(...embeddings), radix, (octets, spell, base) => {
        expect(findUrlFaults(`https://${spell(octets, base)}/hook`, inCloud)).toEqual([address]);
      }),
      { numRuns: 500 },
    );
  });

  it('allows the ports of the setting and refuses every other', () => {
    const ports = [443, 8443];
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(443, 8443), fc.integer({ min: 0, max: 65_535 })), (given) => {
        const faults = findUrlFaults(`https://example.com:${given}/`, { ...inCloud, ports });
        expect(faults).toEqual(ports.includes(given) ? [] : ['The URL must use one of the ports 443, 8443.']);
      }),
    );
    const only8443 = { ...inCloud, ports: [8443] };
    expect(findUrlFaults('https://example.com/', only8443)).toEqual(['The URL must use port 8443.']);
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(anyText(), anyUrl()), fc.boolean(), (text, allowLoopback) => {
        expect(Array.isArray(findUrlFaults(text, { ...inCloud, allowLoopback }))).toBe(true);
        expect(Array.isArray(findUrlFaults(`https://${text}`, { ...inCloud, allowLoopback }))).toBe(true);
      }),
    );
  });

  it.each(['http://127.0.0.1:3000/', 'http://localhost:3000/', 'http://[::1]:3000/', 'https://hooks.localhost/'])(
    'allows %s in local mode',
    (url) => {
      expect(findUrlFaults(url, inLocalMode)).toEqual([]);
    },
  );

  it.each([
    ['http://example.com/', [scheme]],
    ['https://10.0.0.1/', [address]],
    ['http://169.254.169.254/', [scheme, address]],
    ['http://[::ffff:127.0.0.1]/', [scheme, address]],
    ['http://ip6-localhost/', [scheme, address]],
    ['https://example.com:8443/', [port]],
    ['http://user@localhost:3000/', [credentials]],
  ])('refuses %s in local mode, too', (url, faults) => {
    expect(findUrlFaults(url, inLocalMode)).toEqual(faults);
  });
});
