import * as fc from 'fast-check';

/** JSON Schema as the OpenAPI document has it. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  minProperties?: number;
  propertyNames?: { pattern?: string };
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
}

/** A schema that is no reference. */
export const resolveSchema = (document: object, schema: JsonSchema): JsonSchema => {
  if (schema.$ref === undefined) return schema;
  const found = schema.$ref
    .slice('#/'.length)
    .split('/')
    .reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], document);
  return resolveSchema(document, found as JsonSchema);
};

/** Texts and lists are far shorter than their bounds, which `spoiledValues` exceeds. */
const longest = 40;

/** Values that a schema allows. Conditions between fields (`not`) are left to the caller. */
export function valuesOf(document: object, given: JsonSchema): fc.Arbitrary<unknown> {
  const schema = resolveSchema(document, given);
  const inner = (part: JsonSchema): fc.Arbitrary<unknown> => valuesOf(document, part);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(inner));
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type) => inner({ ...schema, type })));
  switch (schema.type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -1e9, max: schema.maximum ?? 1e9 });
    case 'string':
      return textsOf(schema);
    case 'array':
      return fc.array(inner(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: 4 });
    case 'object':
      return objectsOf(schema, inner);
    default:
      return fc.jsonValue();
  }
}

/** As `\S` of a pattern, and longer than the trimmed text may be. */
const trimmed = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: longest })
  .filter((text) => text.trim() === text);

function textsOf({ format, pattern, minLength = 0, maxLength = longest }: JsonSchema): fc.Arbitrary<string> {
  const fits = (text: string): boolean =>
    Array.from(text).length >= minLength &&
    Array.from(text).length <= maxLength &&
    (pattern === undefined || new RegExp(pattern, 'u').test(text));
  if (format === 'date-time') return times;
  if (format === 'uri') return urls.filter(fits);
  // A pattern that fixes the whole text. The others only exclude characters.
  if (pattern === undefined || pattern.startsWith('^[^') || !pattern.endsWith('$')) return trimmed.filter(fits);
  return fc.stringMatching(new RegExp(pattern, 'u'), { maxLength: 120 }).filter(fits);
}

/** RFC 3339, which has leap seconds and any number of digits. */
const times = fc
  .record({
    date: fc.date({ min: new Date('0002-01-01'), max: new Date('9998-12-30'), noInvalidDate: true }),
    fraction: fc.option(fc.stringMatching(/^\d{1,200}$/), { nil: '' }),
    offset: fc.constantFrom('Z', 'z', '+00:00', '-00:00', '+05:30', '-23:59', '+23:59'),
    separator: fc.constantFrom('T', 't'),
    isLeap: fc.boolean(),
  })
  .map(({ date, fraction, offset, separator, isLeap }) => {
    const digits = fraction === '' ? '' : `.${fraction}`;
    const day = date.toISOString().slice(0, 10);
    if (isLeap) return `${day}${separator}23:59:60${digits}${offset.replace(/[+-]\d\d:\d\d/, '+00:00')}`;
    return `${day}${separator}${date.toISOString().slice(11, 19)}${digits}${offset}`;
  });

/** Of public hosts without an agreement about their paths. */
const urls = fc
  .record({
    scheme: fc.constantFrom('https', 'http'),
    host: fc.stringMatching(/^[a-z][a-z0-9]{0,9}\.(com|example\.org|co\.uk)$/),
    path: fc.stringMatching(/^(\/[A-Za-z0-9._~%20-]{0,8}){0,3}$/).filter((text) => !/%(?![0-9A-Fa-f]{2})/.test(text)),
    query: fc.constantFrom('', '?a=b&c=d', '#part', '?a=b#part', '?'),
  })
  .map(({ scheme, host, path, query }) => `${scheme}://${host}${path}${query}`);

function objectsOf(
  { properties = {}, required = [], additionalProperties, minProperties = 0, propertyNames = {} }: JsonSchema,
  inner: (part: JsonSchema) => fc.Arbitrary<unknown>,
): fc.Arbitrary<object> {
  const names = new RegExp(propertyNames.pattern ?? '', 'u');
  const known = fc.record(Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, inner(part)])), {
    requiredKeys: required,
    noNullPrototype: true,
  });
  const more =
    typeof additionalProperties === 'object'
      ? fc.dictionary(trimmed, inner(additionalProperties), { maxKeys: 3, noNullPrototype: true })
      : fc.constant({});
  return fc
    .tuple(known, more)
    .map(([own, others]) => ({ ...others, ...own }))
    .filter(
      (value) => Object.keys(value).length >= minProperties && Object.keys(value).every((key) => names.test(key)),
    );
}

/** What stands in the place of a value. Strings have no spaces around them, which the API drops. */
const spoilers: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  100_000,
  '',
  '\u0000',
  'word',
  'https://example.com/a?b',
  '2026-02-30T00:00:00Z',
  'x'.repeat(20_000),
  {},
  { other: 'x' },
  JSON.parse('{"__proto__": "x"}'),
  [],
  ['word'],
  Array.from({ length: 101 }, () => 'word'),
];

/**
 * A value with one fault, or none: a part is replaced or missing, or there is a key too many. Numbers never take the place
 * of texts, or of a null that may stand for one, because the API takes a number's text.
 */
export function spoiledValues(document: object, schema: JsonSchema): fc.Arbitrary<unknown> {
  return fc
    .tuple(valuesOf(document, schema), fc.nat(), fc.constantFrom('drop', 'add', ...spoilers), fc.nat())
    .map(([value, place, spoiler]) => {
      const paths = [...listPaths(value)];
      return spoil(value, paths[place % paths.length] ?? [], spoiler);
    });
}

function* listPaths(value: unknown, path: (string | number)[] = []): Generator<(string | number)[]> {
  yield path;
  if (typeof value !== 'object' || value === null) return;
  const isList = Array.isArray(value);
  for (const [key, item] of Object.entries(value)) yield* listPaths(item, [...path, isList ? Number(key) : key]);
}

function spoil(value: unknown, path: (string | number)[], spoiler: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) {
    if ((typeof value === 'string' || value === null) && typeof spoiler === 'number') return value;
    if (spoiler === 'add' && typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { ...value, other: 'x' };
    }
    return spoiler === 'drop' || spoiler === 'add' ? value : spoiler;
  }
  if (Array.isArray(value)) return value.map((item, index) => (index === key ? spoil(item, rest, spoiler) : item));
  const object = value as Record<string, unknown>;
  if (rest.length === 0 && spoiler === 'drop') {
    return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
  }
  return { ...object, [key]: spoil(object[key], rest, spoiler) };
}
