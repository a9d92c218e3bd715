import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ApiDocument, renderApiPages } from '../../../docs/.vitepress/render-api-pages.ts';
import type { Schema } from '../../../docs/.vitepress/render-schema.ts';

const root = join(import.meta.dirname, '../../..');
const document = JSON.parse(readFileSync(join(root, 'clients/openapi.json'), 'utf8')) as ApiDocument;
const pages = renderApiPages(document);

/** A text as a reader sees it: without the escapes of Markdown. */
const plain = (text: string): string =>
  text.replaceAll('\\|', '|').replaceAll('&lt;', '<').replaceAll('{ {', '{{').replaceAll(/\s+/g, ' ');

/** The lines of a page below one of its headings. */
function sectionOf(page: string, heading: string): string[] {
  const sections = (pages.get(page) ?? '').split(/^## /m);
  return (sections.find((one) => plain(one.split('\n')[0] ?? '') === plain(heading)) ?? '').split('\n').map(plain);
}

/** Inline schemas that a value may consist of, without those of its keys. */
const partsOf = (schema: Schema): Schema[] => [
  schema,
  ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap(partsOf),
  ...(schema.items ? partsOf(schema.items) : []),
  ...(typeof schema.additionalProperties === 'object' ? partsOf(schema.additionalProperties) : []),
];

/** Every key of a schema at any depth, with what has to be said of it. */
function keysOf(schema: Schema, prefix = ''): { key: string; texts: string[] }[] {
  return partsOf(schema).flatMap(({ properties = {} }) =>
    Object.entries(properties).flatMap(([name, one]) => [
      { key: `${prefix}${name}`, texts: textsOf(one) },
      ...keysOf(one, `${prefix}${name}.`),
    ]),
  );
}

/** The description and the values of a schema. */
const textsOf = (schema: Schema): string[] =>
  partsOf(schema).flatMap((part) => [
    ...(part.description === undefined ? [] : [plain(part.description)]),
    ...[...(part.enum ?? []), ...(part['x-extensible-enum'] ?? [])].map((word) => `\`${String(word)}\``),
  ]);

/** What a section of a page leaves out of a schema. */
function missingIn(lines: string[], schema: Schema): string[] {
  const whole = lines.join('\n');
  const own = textsOf(schema).filter((text) => !whole.includes(text));
  const ofKeys = keysOf(schema).flatMap(({ key, texts }) => {
    const row = lines.find((line) => line.startsWith(`| \`${key}\``));
    if (row === undefined) return [`${key}: no row`];
    return texts.filter((text) => !row.includes(text)).map((text) => `${key}: ${text}`);
  });
  return [...own, ...ofKeys];
}

/** Every summary and description in a part of the document. */
function textsIn(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([key, one]) => {
    if (key === 'example' || key === 'examples' || key === 'securitySchemes') return [];
    return typeof one === 'string' && ['summary', 'description'].includes(key) ? [one] : textsIn(one);
  });
}

describe('The pages of the API reference', () => {
  it.each(Object.entries(document.components.schemas))(
    'have every key, description and value of %s',
    (name, schema) => {
      expect(missingIn(sectionOf('objects', name), schema)).toEqual([]);
    },
  );

  it.each(Object.entries(document.webhooks))(
    'have every key, description and value of the webhook %s',
    (_trigger, { post }) => {
      const lines = sectionOf('webhook-payloads', post.summary);
      const schema = post.requestBody?.content['application/json']?.schema ?? {};
      expect(missingIn(lines, schema)).toEqual([]);
      expect(keysOf(schema).map(({ key }) => key)).toContain('data');
    },
  );

  it('have every summary and description of operations, bodies, parameters, answers and headers', () => {
    const whole = plain([...pages.values()].join('\n'));
    const texts = ['paths', 'webhooks', 'components'].flatMap((part) => textsIn(document[part as keyof ApiDocument]));
    expect(texts.length).toBeGreaterThan(900);
    expect([...new Set(texts)].filter((text) => !whole.includes(plain(text)))).toEqual([]);
  });

  it('say that a list of values may grow where clients have to expect more', () => {
    const row = sectionOf('objects', 'SyncError').find((line) => line.startsWith('| `code`'));
    expect(row).toContain('or a later one');
    expect(sectionOf('objects', 'CalendarState').join('\n')).not.toContain('or a later one');
  });
});
