import { createConfig, lintFromString } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';
import { webhookTriggers } from '../../../shared/notifications/notification.ts';
import { openapiDocument } from '../../../shared/service/openapi.api.ts';
import { publicRoutes, routes } from '../../../shared/service/routes.ts';
import { testTrigger } from '../../../shared/webhooks/delivery.ts';
import { createSchemaCompiler } from '../../support/openapi-validator.ts';

type Json = Record<string, unknown>;
interface Media {
  schema: Json;
  example?: unknown;
}
interface Operation {
  operationId: string;
  summary: string;
  description: string;
  tags: string[];
  parameters?: Json[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { $ref?: string; description?: string; content?: Record<string, Media> }>;
}
interface Document {
  servers: object[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  webhooks: Record<string, { post: Operation }>;
  components: { schemas: Record<string, Json>; responses: Record<string, Json>; parameters: Record<string, Json> };
}

const document = openapiDocument({ version: '1.0.0', url: 'https://kalends.example' }) as Document;
const { schemas } = document.components;
const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
const all = [...operations, ...Object.values(document.webhooks).map(({ post }) => post)];

interface Place {
  value: Json;
  path: string[];
}
/** Every object of the document with its place. */
function* visit(value: unknown, path: string[] = []): Generator<Place> {
  if (typeof value !== 'object' || value === null) return;
  // Examples are no schemas.
  if (path.at(-1) === 'example') return;
  if (!Array.isArray(value)) yield { value: value as Json, path };
  for (const [key, item] of Object.entries(value)) yield* visit(item, [...path, key]);
}
const places = [...visit(document)];
const at = ({ path }: Place): string => path.join('/');

describe('the OpenAPI document', () => {
  it('lists what clients call, and not what providers push to', () => {
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual(
      publicRoutes.map(({ operation }) => operation).sort(),
    );
    const hidden = routes.filter(({ auth }) => auth === 'push').map(({ path }) => path);
    expect(hidden).toHaveLength(4);
    expect(Object.keys(document.paths).filter((path) => hidden.includes(path) || path.includes('_local'))).toEqual([]);
    expect(document.servers).toEqual([{ url: 'https://kalends.example', description: 'This deployment' }]);
  });

  it('describes exactly the query parameters that an operation knows', () => {
    for (const { operation, query } of publicRoutes) {
      const described = operations.find(({ operationId }) => operationId === operation)?.parameters ?? [];
      const names = described.filter((parameter) => parameter['in'] === 'query').map(({ name }) => String(name));
      expect([operation, names.sort()]).toEqual([operation, [...query].sort()]);
    }
  });

  it('has an id of an example for every object in a path', () => {
    const examples =
      JSON.stringify(document.components.schemas) + JSON.stringify(operations.map(({ responses }) => responses));
    const parameters = operations.flatMap(({ parameters: given = [] }) =>
      given.filter(({ in: place }) => place === 'path'),
    );
    expect(parameters.length).toBeGreaterThan(30);
    expect(parameters.filter(({ example }) => !examples.includes(`"${String(example)}"`))).toEqual([]);
  });

  it('has every request that is sent to endpoints, with its headers', () => {
    expect(Object.keys(document.webhooks).sort()).toEqual([...webhookTriggers, testTrigger].sort());
    for (const { post } of Object.values(document.webhooks)) {
      expect(post.parameters?.map(({ name }) => name)).toEqual([
        'webhook-id',
        'webhook-timestamp',
        'webhook-signature',
        'X-Webhook-Signature',
      ]);
    }
  });

  it('leaves nothing undocumented', () => {
    const tags = new Set(document.tags.map(({ name }) => name));
    const poor = all.filter(
      ({ summary, description, tags: given }) =>
        summary.length < 5 || description.length < 10 || given.length !== 1 || !tags.has(given[0] ?? ''),
    );
    expect(poor.map(({ operationId }) => operationId)).toEqual([]);
    expect(document.tags.filter(({ description }) => description.length < 10)).toEqual([]);
    expect(new Set(operations.flatMap(({ tags: given }) => given))).toEqual(tags);
    const properties = places.flatMap((place) =>
      // A condition between fields only names them.
      place.path.includes('not')
        ? []
        : Object.entries((place.value['properties'] ?? {}) as Record<string, Json>)
            .filter(([, schema]) => typeof schema['description'] !== 'string')
            .map(([name]) => `${at(place)}/${name}`),
    );
    expect(properties).toEqual([]);
    const parameters = [
      ...all.flatMap(({ parameters: given = [] }) => given),
      ...Object.values(document.components.parameters),
    ];
    expect(parameters.filter((one) => !('$ref' in one) && typeof one['description'] !== 'string')).toEqual([]);
    expect(Object.entries(schemas).filter(([, schema]) => typeof schema['description'] !== 'string')).toEqual([]);
  });

  it('names every object and every closed list', () => {
    const anonymous = places.filter(
      (place) => 'properties' in place.value && place.value['type'] === 'object' && !isNamed(place),
    );
    expect(anonymous.map(at)).toEqual([]);
    const lists = places
      .filter((place) => Array.isArray(place.value['enum']) && !isNamed(place) && place.path[0] !== 'webhooks')
      .map(at);
    expect(lists).toEqual([]);
    expect(Object.keys(schemas).length).toBeLessThanOrEqual(145);
    for (const name of [
      'Calendar',
      'CalendarEvent',
      'Attendee',
      'Bot',
      'BotEvent',
      'BotRule',
      'Webhook',
      'Delivery',
      'SyncRun',
      'EventChange',
    ])
      expect(schemas).toHaveProperty(name);
  });
  /** A component, or a body of `webhooks` with a title. */
  const isNamed = ({ value, path }: Place): boolean =>
    (path[0] === 'components' && path[1] === 'schemas' && path.length === 3) || typeof value['title'] === 'string';

  it('has every component that it refers to, and refers to every component', () => {
    const referred = new Set(places.flatMap(({ value }) => (typeof value['$ref'] === 'string' ? value['$ref'] : [])));
    const kinds = ['schemas', 'responses', 'parameters'] as const;
    const components = new Set(
      kinds.flatMap((kind) => Object.keys(document.components[kind]).map((name) => `#/components/${kind}/${name}`)),
    );
    expect([...referred].filter((reference) => !components.has(reference) && !reference.includes('/headers/'))).toEqual(
      [],
    );
    expect([...components].filter((component) => !referred.has(component))).toEqual([]);
  });

  it('says nothing twice: null is a type, a format needs no pattern', () => {
    expect(
      places.filter(({ value }) => 'format' in value && 'pattern' in value && value['format'] !== 'uri').map(at),
    ).toEqual([]);
    expect(JSON.stringify(document)).not.toContain('9007199254740991');
  });

  it('has no problem that Redocly finds', async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const problems = await lintFromString({ source: JSON.stringify(document), config });
    expect(problems.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
  });

  describe('has an example', () => {
    const compiler = createSchemaCompiler(document);
    const media = places.filter(({ value }) => 'schema' in value && 'example' in value);
    const pointer = (path: string[]): string =>
      `#/${path.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}/schema`;

    it('for every body of a request and of an answer', () => {
      const without = places.filter((place) => place.path.at(-2) === 'content' && !('example' in place.value));
      expect(without.map(at)).toEqual([]);
      expect(media.length).toBeGreaterThan(60);
    });

    it.each(media.map((place) => [at(place), place] as const))('that its schema accepts: %s', (_at, place) => {
      expect(compiler.findFault(pointer(place.path), place.value['example'])).toBeNull();
    });
  });
});
