import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * Writes the reference of the API as pages, one for each capability and one for the objects, from the OpenAPI document that
 * the clients are made from.
 */

interface Schema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  format?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
}
interface Named {
  $ref?: string;
  name?: string;
  in?: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
}
interface Answer {
  $ref?: string;
  description?: string;
  headers?: Record<string, Named>;
  content?: Record<string, { schema?: Schema; example?: unknown }>;
}
interface Operation {
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  parameters?: Named[];
  requestBody?: { content: Record<string, { schema?: Schema; example?: unknown }> };
  responses: Record<string, Answer>;
}
interface Document {
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  webhooks: Record<string, { post: Operation }>;
  components: {
    schemas: Record<string, Schema>;
    parameters: Record<string, Named>;
    responses: Record<string, Answer>;
    headers: Record<string, Named>;
  };
}

const docs = join(import.meta.dirname, '..');
const document = JSON.parse(readFileSync(join(docs, '../clients/openapi.json'), 'utf8')) as Document;
const { schemas, parameters, responses, headers } = document.components;
const json = 'application/json';

const nameOf = (reference: string): string => reference.split('/').at(-1) ?? '';
const anchorOf = (name: string): string => name.toLowerCase();
/** A text in a cell of a table, or between tags. */
const cell = (text = ''): string =>
  text
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .replaceAll('{{', '{ {')
    .replaceAll(/\s*\n\s*/g, ' ');

/** A type in words, with a link to the object that it is. */
function typeOf(schema: Schema | undefined): string {
  if (!schema) return '';
  if (schema.$ref) return `[${nameOf(schema.$ref)}](./objects.md#${anchorOf(nameOf(schema.$ref))})`;
  const parts = schema.anyOf ?? schema.oneOf;
  if (parts) return parts.map(typeOf).join(' or ');
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) return schema.enum.map((word) => `\`${String(word)}\``).join(', ');
  if (schema.items) return `list of ${typeOf(schema.items)}`;
  const types = Array.isArray(schema.type) ? schema.type.join(' or ') : (schema.type ?? 'anything');
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
  const { minimum, maximum, minLength, maxLength, minItems, maxItems } = schema;
  const lengths = span(minLength, maxLength);
  const items = span(minItems, maxItems);
  const parts = [
    span(minimum, maximum),
    lengths && `${lengths} characters`,
    items && `${items} items`,
    schema.default === undefined ? null : `default \`${JSON.stringify(schema.default)}\``,
  ];
  return parts.filter((part) => part !== null).join(', ');
}

/** A description with the limits behind it. */
const describeValue = (text: string | undefined, schema: Schema | undefined): string => {
  const limits = limitsOf(schema);
  return limits === '' ? cell(text) : `${cell(text)} (${limits})`;
};

const table = (head: string[], rows: string[][]): string[] =>
  rows.length === 0
    ? []
    : [
        `| ${head.join(' | ')} |`,
        `|${head.map(() => '---').join('|')}|`,
        ...rows.map((row) => `| ${row.join(' | ')} |`),
        '',
      ];

const example = (value: unknown): string[] =>
  value === undefined ? [] : ['```json', JSON.stringify(value, null, 2), '```', ''];

function describeAnswer(status: string, given: Answer): string[] {
  const answer = given.$ref ? (responses[nameOf(given.$ref)] ?? given) : given;
  const { schema, example: shown } = answer.content?.[json] ?? {};
  const type = typeOf(schema);
  const line = `**${status}** ${cell(answer.description)}${type ? `: ${type}` : ''}`;
  const names = Object.entries(answer.headers ?? {}).map(([name, header]) => {
    const { description } = header.$ref ? (headers[nameOf(header.$ref)] ?? header) : header;
    return `- header \`${name}\`: ${cell(description)}`;
  });
  const lines = names.length === 0 ? [] : [...names, ''];
  return [line, '', ...lines, ...(status.startsWith('2') ? example(shown) : [])];
}

function describeOperation(title: string, operation: Operation): string[] {
  const named = (operation.parameters ?? []).map((one) => (one.$ref ? (parameters[nameOf(one.$ref)] ?? one) : one));
  const { schema, example: body } = operation.requestBody?.content[json] ?? {};
  return [
    `## ${cell(operation.summary)}`,
    '',
    title,
    '',
    ...(operation.description ? [cell(operation.description), ''] : []),
    ...table(
      ['parameter', 'in', 'type', ''],
      named.map((one) => [
        `\`${one.name}\``,
        cell(one.in),
        typeOf(one.schema),
        describeValue(one.description, one.schema),
      ]),
    ),
    ...(schema ? [`Body: ${typeOf(schema)}`, '', ...example(body)] : []),
    ...Object.entries(operation.responses).flatMap(([status, answer]) => describeAnswer(status, answer)),
  ];
}

function describeObject([name, schema]: [string, Schema]): string[] {
  const { properties = {}, required = [] } = schema;
  const rows = Object.entries(properties).map(([property, one]) => [
    `\`${property}\`${required.includes(property) ? '' : ' (optional)'}`,
    typeOf(one),
    describeValue(one.description, one),
  ]);
  return [
    `## ${name}`,
    '',
    ...(schema.description ? [cell(schema.description), ''] : []),
    ...(rows.length > 0 ? table(['key', 'type', ''], rows) : [typeOf(schema), '']),
  ];
}

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods)
    .filter(([, operation]) => operation.operationId)
    .map(([method, operation]) => ({ title: `\`${method.toUpperCase()} ${path}\``, operation })),
);
const fileOf = (tag: string): string => tag.toLowerCase().replaceAll(/\W+/g, '-');

mkdirSync(join(docs, 'api'), { recursive: true });
const write = (name: string, lines: string[]): void =>
  writeFileSync(join(docs, 'api', `${name}.md`), `${lines.join('\n')}\n`);

for (const { name, description } of document.tags) {
  const own = operations.filter(({ operation }) => operation.tags.includes(name));
  if (own.length === 0) continue;
  write(fileOf(name), [
    `# API: ${name}`,
    '',
    cell(description),
    '',
    ...own.flatMap(({ title, operation }) => describeOperation(title, operation)),
  ]);
}
write('webhook-payloads', [
  '# API: webhook payloads',
  '',
  'What Kalends sends to your endpoints. [Receiving webhooks](../verify-webhooks.md) says how.',
  '',
  ...Object.entries(document.webhooks).flatMap(([trigger, { post }]) => describeOperation(`\`${trigger}\``, post)),
]);
write('objects', ['# API: objects', '', ...Object.entries(schemas).flatMap(describeObject)]);
