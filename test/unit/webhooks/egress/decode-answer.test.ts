import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAnswer } from '../../../../shared/webhooks/egress/decode-answer.ts';
import { anyText } from '../../../support/any-text.ts';

const german = 'Ungültige Prüfsumme';

describe('the text of an answer', () => {
  it.each([
    ['iso-8859-1', Buffer.from(german, 'latin1')],
    ['"ISO-8859-1"', Buffer.from(german, 'latin1')],
    ['windows-1252', Buffer.from(german, 'latin1')],
    ['utf-16le', Buffer.from(german, 'utf16le')],
    ['utf-8', Buffer.from(german)],
    // A wrong or unknown charset.
    ['utf-8', Buffer.from(german, 'latin1')],
    ['x-unknown', Buffer.from(german)],
  ])('is readable in charset %s', (charset, bytes) => {
    expect(decodeAnswer(bytes, { type: `text/plain; Charset=${charset}` })).toBe(german);
  });

  it('is UTF-8 without a charset, or Windows-1252 where it is not', () => {
    expect(decodeAnswer(Buffer.from(german), {})).toBe(german);
    expect(decodeAnswer(Buffer.from(german, 'latin1'), { type: 'text/html' })).toBe(german);
    expect(decodeAnswer(Buffer.from(`a${german.repeat(3)}`).subarray(0, 6), {})).toBe('aUngü');
    expect(decodeAnswer(Buffer.from('aü').subarray(0, 2), {})).toBe('a');
  });

  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
  ])('is unpacked from %s, also its beginning alone', (encoding, pack) => {
    const text = Array.from({ length: 2000 }, (_, index) => `${german} ${index}`).join();
    expect(decodeAnswer(pack(german), { encoding })).toBe(german);
    expect(text.startsWith(decodeAnswer(pack(text).subarray(0, 1000), { encoding }).slice(0, 100))).toBe(true);
    expect(decodeAnswer(pack(text).subarray(0, 4096), { encoding }).length).toBeGreaterThan(100);
    expect(decodeAnswer(pack(Buffer.from(german, 'latin1')), { encoding, type: 'text/plain;charset=latin1' })).toBe(
      german,
    );
  });

  it('is unpacked several times where several encodings are named', () => {
    expect(decodeAnswer(gzipSync(deflateSync(german)), { encoding: 'deflate, gzip, identity' })).toBe(german);
  });

  it('says so where the bytes do not fit the encoding, or unpack to very much', () => {
    expect(decodeAnswer(Buffer.from('plain'), { encoding: 'gzip' })).toBe('(5 bytes that are not readable as gzip)');
    expect(decodeAnswer(Buffer.from('plain'), { encoding: 'zstd9' })).toBe('(5 bytes that are not readable as zstd9)');
    expect(decodeAnswer(brotliCompressSync(Buffer.alloc(50_000_000)), { encoding: 'br' })).toMatch(
      /not readable as br/,
    );
    expect(decodeAnswer(Buffer.of(), { encoding: 'gzip' })).toBe('');
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.option(fc.oneof(fc.constantFrom('gzip', 'deflate', 'br', 'toString', '__proto__'), anyText()), {
          nil: undefined,
        }),
        fc.option(
          anyText().map((text) => `text/plain; charset=${text}`),
          { nil: undefined },
        ),
        (bytes, encoding, type) => {
          expect(typeof decodeAnswer(Buffer.from(bytes), { encoding, type })).toBe('string');
        },
      ),
    );
  });
});
