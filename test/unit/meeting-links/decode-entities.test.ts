import { decodeHTMLAttribute } from 'entities/decode';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEntities } from '../../../shared/meeting-links/decode-entities.ts';
import { charactersByName } from '../../../shared/meeting-links/entity-names.ts';

describe('an HTML entity', () => {
  it('is decoded by its name as HTML decodes it', () => {
    expect(charactersByName.size).toBeGreaterThan(290);
    const names = [...charactersByName.keys()];
    const decodedByHtml = names.map((name) => decodeHTMLAttribute(`&${name};`));
    expect([...charactersByName.values()]).toEqual(decodedByHtml);
    expect(names.map((name) => decodeEntities(`&${name};`))).toEqual(decodedByHtml);
  });

  it('is decoded by its number as HTML decodes it', () => {
    const special = [...Array(300).keys(), 0xd7ff, 0xd800, 0xdfff, 0xe000, 0xffff, 0x10ffff, 0x110000, 9_999_999];
    for (const code of special) {
      expect(decodeEntities(`&#${code};`)).toBe(decodeHTMLAttribute(`&#${code};`));
    }
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffff }), (code) => {
        for (const entity of [`&#x${code.toString(16)};`, `&#X${code.toString(16).toUpperCase()};`]) {
          expect(decodeEntities(entity)).toBe(decodeHTMLAttribute(entity));
        }
      }),
    );
  });

  it.each(['&copy=1', '&amp', '&;', '&#;', '&#x;', '&unknown;', '&constructor;', '&Amp;', '& amp;', '&#12345678;'])(
    'is not %s',
    (text) => {
      expect(decodeEntities(text)).toBe(text);
    },
  );
});
