import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { parseJson } from '../../../shared/http/parse-json.ts';
import { choiceField, optionalField, parseFields, textField } from '../../../shared/http/request-fields.ts';
import { anyText } from '../../support/any-text.ts';
import { errorAnswer } from '../../support/error-answer.ts';

const fields = z.object({
  platform: choiceField(['google', 'microsoft']),
  name: textField(5),
  note: optionalField(textField()),
});

/** The values of a body's fields, or the body of the answer that refuses it. */
function read(body: string): Record<string, unknown> {
  try {
    return parseFields(fields, parseJson(Buffer.from(body)));
  } catch (error) {
    const answer = errorAnswer(error);
    expect(answer.status).toBe(400);
    return { ...answer.body };
  }
}
const readOne = (name: string, json: string): unknown => {
  const others = { platform: '"google"', name: '"a"', [name]: json };
  const members = Object.entries(others).map(([key, value]) => `"${key}":${value}`);
  return read(`{${members.join(',')}}`)[name];
};

describe('a text field', () => {
  it.each([
    ['" a b "', 'a b'],
    ['"\\t\\n a\\u00a0"', 'a'],
    ['12', '12'],
    ['-0.50', '-0.50'],
    ['1e999', '1e999'],
    ['"12345"', '12345'],
    ['"😀😀😀😀😀"', '😀😀😀😀😀'],
    ['"  12345  "', '12345'],
  ])('accepts %s', (json, expected) => expect(readOne('name', json)).toBe(expected));

  it.each([
    ['null', ['This field may not be null.']],
    ['""', ['This field may not be blank.']],
    ['" \\n "', ['This field may not be blank.']],
    ['true', ['Not a valid string.']],
    ['false', ['Not a valid string.']],
    ['[]', ['Not a valid string.']],
    ['["a"]', ['Not a valid string.']],
    ['{}', ['Not a valid string.']],
    ['"123456"', ['Ensure this field has no more than 5 characters.']],
    ['123456', ['Ensure this field has no more than 5 characters.']],
    ['"😀😀😀😀😀😀"', ['Ensure this field has no more than 5 characters.']],
    ['"a\\u0000"', ['Null characters are not allowed.']],
    ['"\\u0000"', ['Null characters are not allowed.']],
    ['"a\\ud800"', ['Surrogate characters are not allowed: U+D800.']],
    ['"\\ude00\\ud83d"', ['Surrogate characters are not allowed: U+DE00.']],
    ['"123456\\u0000"', ['Ensure this field has no more than 5 characters.', 'Null characters are not allowed.']],
  ])('refuses %s', (json, expected) => expect(readOne('name', json)).toEqual(expected));
});

describe('a field with a closed list of words', () => {
  it('accepts its words, trimmed', () => expect(readOne('platform', '" google "')).toBe('google'));

  it.each([
    ['"apple"', '"apple" is not a valid choice.'],
    ['""', '"" is not a valid choice.'],
    ['"  "', '"" is not a valid choice.'],
    ['"Google"', '"Google" is not a valid choice.'],
    ['7', '"7" is not a valid choice.'],
    ['true', '"True" is not a valid choice.'],
    ['[]', '"[]" is not a valid choice.'],
    ['["google", 1]', `"['google', 1]" is not a valid choice.`],
    ['{"a": {"b": null}}', `"{'a': {'b': None}}" is not a valid choice.`],
    ['"constructor"', '"constructor" is not a valid choice.'],
    ['null', 'This field may not be null.'],
  ])('refuses %s', (json, expected) => expect(readOne('platform', json)).toEqual([expected]));

  it('repeats only the beginning of long and deep values', () => {
    for (const depth of [100, 1000, 2000]) {
      const [message] = readOne('platform', `${'['.repeat(depth)}${']'.repeat(depth)}`) as string[];
      expect(message).toBe('"[[[[[...]]]]]" is not a valid choice.');
    }
    const [message] = readOne('platform', JSON.stringify(Array.from({ length: 100_000 }, () => 1))) as string[];
    expect(message?.length).toBeLessThan(600);
  });
});

describe('a body', () => {
  it('is refused with all its faults at once', () => {
    expect(read('{"name": "", "note": null, "other": 1}')).toEqual({
      platform: ['This field is required.'],
      name: ['This field may not be blank.'],
      note: ['This field may not be null.'],
    });
  });

  it('is refused with its unknown keys, sorted, when all fields are valid', () => {
    expect(read('{"platform": "google", "name": "a", "foo": 1, "bar": null, "__proto__": 1}')).toEqual({
      non_field_errors: ['Unexpected field(s): __proto__, bar, foo. Allowed fields are: name, note, platform'],
    });
  });

  it('has no inherited names as fields', () => {
    expect(read('{"platform": "google", "name": "a", "toString": "x"}')).toEqual({
      non_field_errors: ['Unexpected field(s): toString. Allowed fields are: name, note, platform'],
    });
  });

  it('has no values for absent fields', () => {
    expect(read('{"platform": "google", "name": "a"}')).toEqual({ platform: 'google', name: 'a' });
  });

  it('is either accepted or refused with texts', () => {
    const values = fc.oneof(fc.jsonValue(), anyText(), fc.constantFrom('google', '', null, '\0'));
    const names = fc.oneof(fc.constantFrom('platform', 'name', 'note'), fc.string());
    fc.assert(
      fc.property(fc.dictionary(names, values, { noNullPrototype: true }), (body) => {
        const answer = read(JSON.stringify(body));
        const taken = typeof answer.platform === 'string' && typeof answer.name === 'string';
        const faults = Object.values(answer).every((texts) => Array.isArray(texts) && texts.length > 0);
        expect(taken || faults).toBe(true);
      }),
    );
  });
});
