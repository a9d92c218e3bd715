import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonNumber } from '../../../shared/http/json-number.ts';
import { parseJson } from '../../../shared/http/parse-json.ts';
import { anyCharacter } from '../../support/any-text.ts';
import { errorAnswer } from '../../support/error-answer.ts';

const parse = (text: string | Uint8Array) => parseJson(typeof text === 'string' ? Buffer.from(text) : text);

/** The body of the answer to a refused body. */
function refusalOf(text: string | Uint8Array): object {
  try {
    parse(text);
  } catch (error) {
    const { status, body } = errorAnswer(error);
    expect(status).toBe(400);
    return body;
  }
  throw new Error('was taken');
}

/** `object`, or the first key of the answer to a refused body. */
function outcomeOf(bytes: Uint8Array): string | undefined {
  try {
    return typeof parse(bytes);
  } catch (error) {
    return Object.keys(errorAnswer(error).body)[0];
  }
}

describe('reading a JSON body', () => {
  it.each([
    ['null', 'No data provided'],
    [' null ', 'No data provided'],
    ['[]', 'Invalid data. Expected a dictionary, but got list.'],
    ['[{}]', 'Invalid data. Expected a dictionary, but got list.'],
    ['"{}"', 'Invalid data. Expected a dictionary, but got str.'],
    ['""', 'Invalid data. Expected a dictionary, but got str.'],
    ['0', 'Invalid data. Expected a dictionary, but got int.'],
    ['-12', 'Invalid data. Expected a dictionary, but got int.'],
    ['1.0', 'Invalid data. Expected a dictionary, but got float.'],
    ['1e3', 'Invalid data. Expected a dictionary, but got float.'],
    ['1E400', 'Invalid data. Expected a dictionary, but got float.'],
    ['true', 'Invalid data. Expected a dictionary, but got bool.'],
    ['false', 'Invalid data. Expected a dictionary, but got bool.'],
  ])('refuses %s, which is not an object', (text, message) => {
    expect(refusalOf(text)).toEqual({ non_field_errors: [message] });
  });

  it.each([
    '{',
    '{"a"',
    '{"a":}',
    '{"a":1,}',
    "{'a':1}",
    '{"a":1}}',
    '{a:1}',
    'NaN',
    'Infinity',
    '\ufeff{}',
    ' ',
    'undefined',
    '{"a":"\n"}',
    '{"a":01}',
    '{"a":"\\x"}',
  ])('answers %j with a parse error', (text) => {
    expect(refusalOf(text)).toEqual({ detail: expect.stringMatching(/^JSON parse error - ./) });
  });

  it('answers invalid UTF-8 with a parse error', () => {
    const text = Buffer.from('{"a":"\xff"}', 'latin1');
    expect(refusalOf(text)).toEqual({ detail: 'JSON parse error - invalid UTF-8' });
  });

  it.each([10_000, 1_000_000])('answers %i nested lists with a parse error', (depth) => {
    const text = `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect(refusalOf(text)).toEqual({ detail: 'JSON parse error - nested too deeply' });
  });

  it('keeps the text of numbers', () => {
    const { a, b } = parse('{"a": 1.50, "b": [12345678901234567890]}') as { a: JsonNumber; b: JsonNumber[] };
    expect(a).toEqual(new JsonNumber('1.50'));
    expect(b[0]).toEqual(new JsonNumber('12345678901234567890'));
  });

  it('keeps the key __proto__', () => {
    const body = parse('{"__proto__": {"polluted": "yes"}}');
    expect(Object.keys(body)).toEqual(['__proto__']);
    expect('polluted' in body).toBe(false);
  });

  it('returns every object unchanged, except for its numbers', () => {
    const values = fc.dictionary(fc.string(), fc.jsonValue({ stringUnit: anyCharacter }));
    fc.assert(
      fc.property(values, (value) => {
        const text = JSON.stringify(value);
        const plain = (item: unknown): unknown =>
          JSON.parse(JSON.stringify(item, (_key, inner) => (inner instanceof JsonNumber ? Number(inner.text) : inner)));
        expect(plain(parse(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('refuses all other bytes in one of two shapes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(['object', 'detail', 'non_field_errors']).toContain(outcomeOf(bytes));
      }),
    );
  });
});
