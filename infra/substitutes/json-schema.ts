/**
 * Bundled instead of the two modules with which zod writes JSON Schema (28 kB). Only the OpenAPI document needs it, and
 * `api-service` has the originals.
 */
const refuse = (): never => {
  throw new Error('JSON Schema is written by api-service alone');
};

export const createToJSONSchemaMethod = () => refuse;
export const createStandardJSONSchemaMethod = () => refuse;
/** For the bounds and formats of a schema as properties, which no function reads. */
export const aggregateChecks = refuse;
