import { attendeeOpenapi } from './attendee-openapi.ts';

interface Schema {
  $ref?: string;
  allOf?: Schema[];
  oneOf?: Schema[];
  type?: string;
  format?: string;
  enum?: unknown[];
  nullable?: boolean;
  items?: Schema;
  properties?: Record<string, Schema>;
}

const named = attendeeOpenapi.components.schemas as Record<string, Schema>;

/** Values that a schema allows: each choice, both flags, and of an object every property. */
function valuesOf(schema: Schema): unknown[] {
  if (schema.nullable) return [...valuesOf({ ...schema, nullable: false }), null];
  if (schema.$ref) return valuesOf(named[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  const choices = schema.allOf ?? schema.oneOf;
  if (choices) return choices.flatMap(valuesOf);
  if (schema.enum) return schema.enum;
  switch (schema.type) {
    case 'string':
      return schema.format === 'date-time' ? ['2027-03-28T09:30:00.250000+00:00'] : ['text', 'ß "😀" \\ \n', ' '];
    case 'boolean':
      return [true, false];
    case 'integer':
      return [600, 0, Number.MAX_SAFE_INTEGER];
    case 'number':
      return [0.55, 0.1];
    case 'array':
      return [valuesOf(schema.items ?? {}), []];
    default:
      return schema.properties ? objectsOf(schema.properties) : [{ some: 'thing' }];
  }
}

/** Objects with all of these properties, as many as it takes for each value of each property. */
function objectsOf(properties: Record<string, Schema>): Record<string, unknown>[] {
  const values = Object.entries(properties).map(([name, schema]) => [name, valuesOf(schema)] as const);
  const count = Math.max(...values.map(([, some]) => some.length));
  return Array.from({ length: count }, (_none, index) =>
    Object.fromEntries(values.map(([name, some]) => [name, some[index % some.length]])),
  );
}

/** Bodies of requests, each with every field of the schema. */
export const attendeeBodies = (name: keyof typeof attendeeOpenapi.components.schemas): Record<string, unknown>[] =>
  objectsOf(named[name]?.properties ?? {});
