import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metadataField } from '../../../shared/http/metadata-field.ts';
import { parseJson } from '../../../shared/http/parse-json.ts';
import { anyText } from '../../support/any-text.ts';

const faultOf = (json: string): string | undefined => {
  const { metadata } = parseJson(Buffer.from(`{"metadata": ${json}}`));
  return metadataField().safeParse(metadata).error?.issues[0]?.message;
};

/** `json.dumps(value)` of Python, character by character. */
function dumps(value: Record<string, string>): string {
  const short: Record<string, string> = {
    '"': '\\"',
    '\\': '\\\\',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\b': '\\b',
    '\f': '\\f',
  };
  const unit = (text: string, index: number): string => {
    const character = text.charAt(index);
    const code = text.charCodeAt(index);
    return short[character] ?? (code >= 32 && code <= 126 ? character : `\\u${code.toString(16).padStart(4, '0')}`);
  };
  const quote = (text: string): string =>
    `"${Array.from({ length: text.length }, (_, index) => unit(text, index)).join('')}"`;
  return `{${Object.entries(value)
    .map(([name, item]) => `${quote(name)}: ${quote(item)}`)
    .join(', ')}}`;
}

const tooLong = 'Metadata must be less than 1000 characters';

describe('metadata', () => {
  it.each([
    ['null', 'This field may not be null.'],
    ['[]', 'Metadata must be an object not an array or other type'],
    ['"{}"', 'Metadata must be an object not an array or other type'],
    ['""', 'Metadata must be an object not an array or other type'],
    ['1', 'Metadata must be an object not an array or other type'],
    ['1.5', 'Metadata must be an object not an array or other type'],
    ['true', 'Metadata must be an object not an array or other type'],
    ['{}', 'Metadata must have at least one key'],
    ['{"a": 1}', "Value for key 'a' must be a string"],
    ['{"a": "x", "b": null}', "Value for key 'b' must be a string"],
    ['{"a": {"b": "c"}}', "Value for key 'a' must be a string"],
    ['{"a": ["b"]}', "Value for key 'a' must be a string"],
    ['{"a": false}', "Value for key 'a' must be a string"],
    ['{"__proto__": "x"}', "Metadata must not have the key '__proto__'"],
  ])('is refused in the form %s', (json, message) => expect(faultOf(json)).toBe(message));

  it.each(['{"a": ""}', '{"": "x"}', '{"a": " x "}', '{"constructor": "x"}'])('is accepted in the form %s', (json) =>
    expect(faultOf(json)).toBeUndefined(),
  );

  it.each([
    ['a', 1],
    ['"', 2],
    ['\\', 2],
    ['\n', 2],
    ['/', 1],
    ['~', 1],
    ['\u007f', 6],
    ['\u0001', 6],
    ['é', 6],
    ['€', 6],
    ['\u2028', 6],
    ['😀', 12],
  ])('may have 1000 characters, where %j counts as %i', (character, length) => {
    const around = '{"k": ""}'.length;
    const count = Math.floor((1000 - around) / length);
    const rest = 'x'.repeat(1000 - around - count * length);
    const full = { k: character.repeat(count) + rest };
    expect(dumps(full)).toHaveLength(1000);
    expect(faultOf(JSON.stringify(full))).toBeUndefined();
    expect(faultOf(JSON.stringify({ k: `${full.k}x` }))).toBe(tooLong);
  });

  it('is measured in the serialization of the reference', () => {
    const texts = fc.oneof(anyText({ maxLength: 120 }), fc.string({ maxLength: 400 }));
    const objects = fc.dictionary(texts, texts, { minKeys: 1, maxKeys: 4, noNullPrototype: true });
    fc.assert(
      fc.property(objects, (metadata) => {
        fc.pre(!Object.hasOwn(metadata, '__proto__'));
        expect(faultOf(JSON.stringify(metadata)) === tooLong).toBe(dumps(metadata).length > 1000);
      }),
    );
  });
});
