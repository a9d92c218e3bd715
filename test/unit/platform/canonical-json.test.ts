import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, canonicalText } from '../../../shared/platform/canonical-json.ts';

describe('canonical JSON', () => {
  it.each([
    [{ b: 1, a: [{ d: null, c: true }] }, '{"a":[{"c":true,"d":null}],"b":1}'],
    [{ 10: 'ten', 9: 'nine' }, '{"10":"ten","9":"nine"}'],
    // By code point: U+FF5E comes before U+1F600, whose UTF-16 units are smaller.
    [{ '😀': 1, '～': 2 }, '{"～":2,"😀":1}'],
    [{ text: 'Zoë "q"\n' }, '{"text":"Zoë \\"q\\"\\n"}'],
    [{ gone: undefined, list: [undefined] }, '{"list":[null]}'],
  ])('writes %j as %s', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it('parses back to the value, whatever the order of its keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it('sorts the keys of a text and leaves its numbers as they are written', () => {
    const text = '{ "b": [1.0, 1e-05, {"d": -0, "c": 12345678901234567890}],\n "a": 0.30 }';
    expect(canonicalText(text)).toBe('{"a":0.30,"b":[1.0,1e-05,{"c":12345678901234567890,"d":-0}]}');
  });

  it('makes the same of a value and of its text, in whatever form it was sent', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalText(JSON.stringify(value, null, 2))).toBe(canonicalJson(JSON.parse(JSON.stringify(value))));
      }),
    );
  });
});
