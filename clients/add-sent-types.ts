import * as z from 'zod';

const reference = z.object({ $ref: z.string() });
const parameter = z.object({ in: z.string(), name: z.string(), required: z.boolean().optional(), schema: z.unknown() });
const operation = z.looseObject({
  operationId: z.string(),
  parameters: z.array(z.union([parameter, reference])).default([]),
  requestBody: z.looseObject({ content: z.object({ 'application/json': z.object({ schema: reference }) }) }).optional(),
});
const describedSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({
    schemas: z.record(z.string(), z.unknown()),
    parameters: z.record(z.string(), parameter).default({}),
  }),
});
type Operation = z.output<typeof operation>;

/** Name of the type of times that are sent. */
export const sentTime = 'Time';

/**
 * The document with types for what a Python client sends: the query parameters of each GET are a schema, such as
 * `ListBotsQuery`, and times in them and in bodies are of the type `Time`.
 */
export function addSentTypes(document: object): object {
  const described = describedSchema.parse(document);
  const { schemas, parameters } = described.components;
  const queryOf = ({ operationId, parameters: given }: Operation): [string, object][] => {
    const all = given.map((one) => ('$ref' in one ? parameters[nameOf(one)] : one));
    const query = all.filter((one) => one?.in === 'query');
    // A word of Python: that function has named parameters, not those of a type.
    if (query.length === 0 || query.some((one) => one?.name === 'from')) return [];
    const title = `${operationId.charAt(0).toUpperCase()}${operationId.slice(1)}Query`;
    return [
      [
        title,
        {
          title,
          description: `Parameters of \`${operationId}\`.`,
          type: 'object',
          properties: Object.fromEntries(query.map((one) => [one?.name, one?.schema])),
          required: query.filter((one) => one?.required).map((one) => one?.name),
        },
      ],
    ];
  };
  const operations = Object.values(described.paths).flatMap((methods) => Object.entries(methods));
  const bodies = operations.flatMap(([, { requestBody }]) =>
    requestBody ? [nameOf(requestBody.content['application/json'].schema)] : [],
  );
  const sent = {
    ...Object.fromEntries(operations.flatMap(([method, one]) => (method === 'get' ? queryOf(one) : []))),
    ...Object.fromEntries(bodies.map((name) => [name, schemas[name]])),
  };
  const time = { title: sentTime, type: 'string', description: 'A time that is sent: ISO 8601, or an object.' };
  return {
    ...document,
    components: { ...described.components, schemas: { ...schemas, ...replaceTimes(sent), [sentTime]: time } },
  };
}

const nameOf = ({ $ref }: z.output<typeof reference>): string => $ref.split('/').at(-1) ?? '';

const replaceTimes = (sent: object): object =>
  JSON.parse(JSON.stringify(sent), (_key, value) =>
    value?.format === 'date-time' ? { $ref: `#/components/schemas/${sentTime}` } : value,
  );
