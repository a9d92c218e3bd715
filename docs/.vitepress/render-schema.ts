/** What the reference of the API shows of an OpenAPI schema. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  enum?: unknown[];
  /** Values of today: a client has to expect others. */
  'x-extensible-enum'?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  format?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
}

export const nameOf = (reference: string): string => reference.split('/').at(-1) ?? '';

/** A text in a cell of a table, or between tags. */
export const cell = (text = ''): string =>
  text
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .replaceAll('{{', '{ {')
    .replaceAll(/\s*\n\s*/g, ' ');

export const table = (head: string[], rows: string[][]): string[] =>
  rows.length === 0
    ? []
    : [
        `| ${head.join(' | ')} |`,
        `|${head.map(() => '---').join('|')}|`,
        ...rows.map((row) => `| ${row.join(' | ')} |`),
        '',
      ];

const listWords = (words: unknown[]): string => words.map((word) => `\`${String(word)}\``).join(', ');

/** A type in words, with a link to the object that it is. */
export function typeOf(schema: Schema | undefined): string {
  if (!schema) return '';
  if (schema.$ref) return `[${nameOf(schema.$ref)}](./objects.md#${nameOf(schema.$ref).toLowerCase()})`;
  const parts = schema.anyOf ?? schema.oneOf;
  if (parts) return parts.map(typeOf).join(' or ');
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) return listWords(schema.enum);
  if (schema['x-extensible-enum']) return `${listWords(schema['x-extensible-enum'])}, or a later one`;
  if (schema.items) return `list of ${typeOf(schema.items)}`;
  const types = Array.isArray(schema.type) ? schema.type.join(' or ') : (schema.type ?? 'anything');
  if (typeof schema.additionalProperties === 'object') {
    return `${types}, each value: ${typeOf(schema.additionalProperties)}`;
  }
  return schema.format ? `${types} (${schema.format})` : types;
}

/** `1 to 100`, `at most 255`; null without limits. */
function span(least: number | undefined, most: number | undefined): string | null {
  if (least !== undefined && most !== undefined) return `${least} to ${most}`;
  if (most !== undefined) return `at most ${most}`;
  return least === undefined ? null : `at least ${least}`;
}

/** What a schema says beside its type: limits and the default. */
function limitsOf(schema: Schema | undefined): string {
  if (!schema || schema.$ref) return '';
  const { minimum, maximum, exclusiveMinimum, minLength, maxLength, minItems, maxItems } = schema;
  const lengths = span(minLength, maxLength);
  const items = span(minItems, maxItems);
  const parts = [
    exclusiveMinimum === undefined ? null : `more than ${exclusiveMinimum}`,
    span(minimum, maximum),
    lengths && `${lengths} characters`,
    items && `${items} items`,
    schema.default === undefined ? null : `default \`${JSON.stringify(schema.default)}\``,
  ];
  return parts.filter((part) => part !== null).join(', ');
}

/** A description with the limits behind it. */
export const describeValue = (text: string | undefined, schema: Schema | undefined): string => {
  const limits = limitsOf(schema);
  return limits === '' ? cell(text) : `${cell(text)} (${limits})`;
};

/** Objects without a name that a value may be: their keys are shown with the value. */
const inlineObjects = (schema: Schema): Schema[] => [
  ...(schema.properties ? [schema] : []),
  ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap(inlineObjects),
  ...(schema.items ? inlineObjects(schema.items) : []),
  ...(typeof schema.additionalProperties === 'object' ? inlineObjects(schema.additionalProperties) : []),
];

/** A row for each key, and for each key below it: `data`, `data.since`. */
const keyRows = (schema: Schema, prefix = ''): string[][] =>
  inlineObjects(schema).flatMap(({ properties = {}, required = [] }) =>
    Object.entries(properties).flatMap(([name, one]) => [
      [
        `\`${prefix}${name}\`${required.includes(name) ? '' : ' (optional)'}`,
        typeOf(one),
        describeValue(one.description, one),
      ],
      ...keyRows(one, `${prefix}${name}.`),
    ]),
  );

/** The keys of an object as a table; nothing for what has no keys of its own, such as a reference. */
export const keysTable = (schema: Schema): string[] => table(['key', 'type', ''], keyRows(schema));
