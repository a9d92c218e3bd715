import { cell, describeValue, keysTable, nameOf, type Schema, table, typeOf } from './render-schema.ts';

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
interface Body {
  description?: string;
  content: Record<string, { schema?: Schema; example?: unknown }>;
}
interface Operation {
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  parameters?: Named[];
  requestBody?: Body;
  responses: Record<string, Answer>;
}
interface Components {
  schemas: Record<string, Schema>;
  parameters: Record<string, Named>;
  responses: Record<string, Answer>;
  headers: Record<string, Named>;
}
/** What the pages are made from of an OpenAPI document. */
export interface ApiDocument {
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  webhooks: Record<string, { post: Operation }>;
  components: Components;
}

const json = 'application/json';

const example = (value: unknown): string[] =>
  value === undefined ? [] : ['```json', JSON.stringify(value, null, 2), '```', ''];

const fileOf = (tag: string): string => tag.toLowerCase().replaceAll(/\W+/g, '-');

function renderAnswer(status: string, given: Answer, { responses, headers }: Components): string[] {
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

function renderBody({ description, content }: Body): string[] {
  const { schema, example: shown } = content[json] ?? {};
  if (!schema) return [];
  const text = description ? `. ${cell(description)}` : '';
  return [`Body: ${typeOf(schema)}${text}`, '', ...keysTable(schema), ...example(shown)];
}

function renderOperation(title: string, operation: Operation, components: Components): string[] {
  const { parameters } = components;
  const named = (operation.parameters ?? []).map((one) => (one.$ref ? (parameters[nameOf(one.$ref)] ?? one) : one));
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
    ...(operation.requestBody ? renderBody(operation.requestBody) : []),
    ...Object.entries(operation.responses).flatMap(([status, answer]) => renderAnswer(status, answer, components)),
  ];
}

function renderObject([name, schema]: [string, Schema]): string[] {
  const keys = keysTable(schema);
  return [
    `## ${name}`,
    '',
    ...(schema.description ? [cell(schema.description), ''] : []),
    ...(keys.length > 0 ? keys : [describeValue(typeOf(schema), schema), '']),
  ];
}

/** The reference of the API by page: one for each capability, one for the webhooks and one for the objects. */
export function renderApiPages({ tags, paths, webhooks, components }: ApiDocument): Map<string, string> {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => operation.operationId)
      .map(([method, operation]) => ({ title: `\`${method.toUpperCase()} ${path}\``, operation })),
  );
  const capabilities = tags.flatMap(({ name, description }): [string, string[]][] => {
    const own = operations
      .filter(({ operation }) => operation.tags.includes(name))
      .flatMap(({ title, operation }) => renderOperation(title, operation, components));
    return own.length === 0 ? [] : [[fileOf(name), [`# API: ${name}`, '', cell(description), '', ...own]]];
  });
  const payloads = Object.entries(webhooks).flatMap(([trigger, { post }]) =>
    renderOperation(`\`${trigger}\``, post, components),
  );
  const says = 'What Kalends sends to your endpoints. [Receiving webhooks](../verify-webhooks.md) says how.';
  const pages: [string, string[]][] = [
    ...capabilities,
    ['webhook-payloads', ['# API: webhook payloads', '', says, '', ...payloads]],
    ['objects', ['# API: objects', '', ...Object.entries(components.schemas).flatMap(renderObject)]],
  ];
  return new Map(pages.map(([name, lines]) => [name, `${lines.join('\n')}\n`]));
}
