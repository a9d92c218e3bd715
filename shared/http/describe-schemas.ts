import * as z from 'zod';
import type { Component } from './component.ts';
import { notBlank } from './request-fields.ts';

type JsonSchema = Record<string, unknown>;

export interface SchemaWriter {
  /** `components.schemas` of the document. */
  schemas: Record<string, JsonSchema>;
  /** A schema of an answer or of a request; named parts are references. */
  write(schema: z.ZodType): JsonSchema;
  /** The same for what is JSON Schema already. */
  tidy(schema: object): JsonSchema;
}

/** Writes zod schemas as JSON Schema in which each component is a reference to its name. */
export function createSchemaWriter(components: readonly Component[]): SchemaWriter {
  const names = new Map<z.core.$ZodType, string>(
    components.flatMap(({ schema, name, aliases = [] }) => [schema, ...aliases].map((one) => [one, name] as const)),
  );
  const choices = new Map<string, string>();
  for (const { schema, name } of components) {
    if (schema instanceof z.ZodEnum) choices.set(JSON.stringify(schema.options), name);
  }
  const toJson = (schema: z.ZodType, isClosed: boolean): JsonSchema =>
    z.toJSONSchema(schema, {
      // As output, objects refuse other properties.
      io: isClosed ? 'output' : 'input',
      unrepresentable: 'any',
      metadata: withNames(names),
    }) as JsonSchema;
  const known = new Set(components.map(({ name }) => name));
  const define = ({ name, schema, description, fields = {}, isClosed = false, keywords }: Component): JsonSchema => {
    const { $defs = {} } = toJson(schema, isClosed);
    const own = ($defs as Record<string, JsonSchema>)[name];
    const { enum: words, ...written } = own ?? {};
    const definition: JsonSchema = {
      ...(tidy(written, { choices, known }) as JsonSchema),
      ...(words ? { enum: words } : {}),
    };
    for (const [field, text] of Object.entries(fields)) {
      const property = (definition['properties'] as Record<string, JsonSchema>)[field];
      if (property) property['description'] = text;
    }
    return { description, ...definition, ...keywords };
  };
  const definitions = new Map(components.map((one) => [one.name, define(one)]));
  const inline = new Map(
    components
      .filter(({ isInline }) => isInline)
      .map(({ name }) => [`#/components/schemas/${name}`, { title: name, ...definitions.get(name) }]),
  );
  const place = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(place);
    if (typeof value !== 'object' || value === null) return value;
    const { $ref: reference, ...rest } = value as JsonSchema;
    const definition = inline.get(String(reference));
    if (definition) return place({ ...definition, ...rest });
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, place(item)]));
  };
  return {
    write: (schema) => place(tidy(toJson(schema, true), { choices, known })) as JsonSchema,
    tidy: (schema) => tidy(schema, { choices, known }) as JsonSchema,
    schemas: Object.fromEntries(
      components
        .filter(({ isInline }) => !isInline)
        .map(({ name }) => [name, place(definitions.get(name)) as JsonSchema]),
    ),
  };
}

/** What the schemas say of themselves, with the names of this document. */
function withNames(names: ReadonlyMap<z.core.$ZodType, string>): z.core.$ZodRegistry<Record<string, unknown>> {
  const registry = z.registry<Record<string, unknown>>();
  registry.get = (schema) => {
    const name = names.get(schema);
    const meta = z.globalRegistry.get(schema);
    return name === undefined ? meta : { ...meta, id: name };
  };
  return registry;
}

const nothing = { type: 'null' };
const isNothing = (schema: unknown): boolean => JSON.stringify(schema) === JSON.stringify(nothing);

interface Known {
  /** Names of closed lists by their words as JSON. */
  choices: ReadonlyMap<string, string>;
  known: ReadonlySet<string>;
}

/** Leaves out what a format says already, and makes references of named schemas. */
function tidy(value: unknown, context: Known): unknown {
  if (Array.isArray(value)) return value.map((item) => tidy(item, context));
  if (typeof value !== 'object' || value === null) return value;
  const { $schema: _dialect, $defs: _defs, id: _id, propertyNames: names, ...schema } = value as JsonSchema;
  // Every key is a string: only a pattern says something.
  if (typeof names === 'object' && names !== null && 'pattern' in names) schema['propertyNames'] = names;
  const name = Array.isArray(schema['enum']) ? context.choices.get(JSON.stringify(schema['enum'])) : undefined;
  if (name !== undefined) return { ...describedAs(schema), $ref: `#/components/schemas/${name}` };
  if (Array.isArray(schema['enum']) && schema['enum'].length === 1) {
    const { enum: words, ...rest } = schema;
    return { ...rest, const: (words as unknown[])[0] };
  }
  if (typeof schema['$ref'] === 'string') return { ...describedAs(schema), $ref: referTo(schema['$ref'], context) };
  const isNarrower = schema['format'] === 'uri' && schema['pattern'] !== notBlank;
  if (schema['format'] !== undefined && !isNarrower) delete schema['pattern'];
  if (schema['maximum'] === Number.MAX_SAFE_INTEGER) delete schema['maximum'];
  if (schema['minimum'] === Number.MIN_SAFE_INTEGER) delete schema['minimum'];
  const inner = Object.fromEntries(
    Object.entries(schema).map(([key, item]) => [
      key,
      key === 'properties' ? tidyEach(item, context) : tidy(item, context),
    ]),
  );
  return joinNull(inner);
}

/** The names of properties are no keywords. */
const tidyEach = (properties: unknown, context: Known): object =>
  Object.fromEntries(Object.entries(properties as object).map(([name, schema]) => [name, tidy(schema, context)]));

const describedAs = ({ description }: JsonSchema): object => (description === undefined ? {} : { description });

function referTo(reference: string, { known }: Known): string {
  const name = reference.replace('#/$defs/', '');
  if (!known.has(name)) throw new Error(`the OpenAPI document has no component ${name}`);
  return `#/components/schemas/${name}`;
}

/** `{type: [T, null]}` instead of an `anyOf` where the schema is a plain one. */
function joinNull(schema: JsonSchema): JsonSchema {
  const { anyOf, ...rest } = schema;
  if (!Array.isArray(anyOf) || anyOf.length !== 2 || !isNothing(anyOf[1])) return schema;
  const plain = anyOf[0] as JsonSchema;
  const isPlain = typeof plain['type'] === 'string' && !('enum' in plain) && !('const' in plain);
  return isPlain ? { ...plain, ...rest, type: [plain['type'], 'null'] } : schema;
}
