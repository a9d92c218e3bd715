import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

interface Answer {
  method: string;
  path: string;
  status: number;
  text: string;
}

interface DocumentedOperation {
  operationId: string;
  responses: Record<string, object>;
}

export interface OpenapiDocument {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, DocumentedOperation>>;
  [part: string]: unknown;
}

/** Statuses that API Gateway answers itself, before any function sees the request: undecodable path, request too large. */
const gatewayStatuses = new Set([400, 413, 414, 431]);
const isGatewayAnswer = ({ status, text }: Answer): boolean =>
  gatewayStatuses.has(status) && /^\{"message":"[\w ]+"\}$/.test(text);

/** Providers and runners push to these; the document is for clients. */
const pushStatuses = new Set([200, 202, 204]);
const isPushAnswer = ({ path, status, text }: Answer): boolean =>
  path.startsWith('/push/') && pushStatuses.has(status) && text === '';

/** Shapes of answers outside any operation: unknown paths, and known ones with another method. */
const outside: Record<number, object> = {
  401: {
    type: 'object',
    required: ['detail'],
    properties: { detail: { type: 'string' } },
    additionalProperties: false,
  },
  404: { const: { error: 'Not found' } },
  405: {
    type: 'object',
    required: ['detail'],
    properties: { detail: { type: 'string', pattern: '^Method "[A-Z]+" not allowed\\.$' } },
    additionalProperties: false,
  },
};

/**
 * The document with answers that have no property beside the described ones: clients must expect more, and a test that
 * none is shown by mistake must not.
 */
function closeObjects<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(closeObjects) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const closed = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, closeObjects(item as unknown)]));
  const isOpen = closed['type'] === 'object' && 'properties' in closed && !('additionalProperties' in closed);
  return (isOpen ? { ...closed, additionalProperties: false } : closed) as Value;
}

const escapePointer = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1');
const toPointer = (...parts: string[]): string =>
  `#/${parts.map((part) => encodeURIComponent(escapePointer(part))).join('/')}`;

/** Compiles schemas of an OpenAPI document by their places in it, in strict mode. */
export function createSchemaCompiler(document: object) {
  const id = 'https://kalends.test/openapi.json';
  const ajv = new Ajv2020({ strict: true, allErrors: true, strictTypes: false });
  (formats as unknown as (ajv: Ajv2020) => void)(ajv);
  ajv.addVocabulary(['x-enum-varnames', 'x-extensible-enum', ...Object.keys(document)]);
  ajv.addSchema({ ...document, $id: id }, undefined, undefined, false);
  const compiled = new Map<string, ValidateFunction>();
  const compile = (pointer: string): ValidateFunction => {
    const known = compiled.get(pointer) ?? ajv.compile({ $ref: `${id}${pointer}` });
    compiled.set(pointer, known);
    return known;
  };
  const findFault = (validate: ValidateFunction, value: unknown): string | null =>
    validate(value) ? null : ajv.errorsText(validate.errors);
  return {
    compile,
    /** What about a value is not as the schema at a place says; null when all is. */
    findFault: (pointer: string, value: unknown): string | null => findFault(compile(pointer), value),
    findFaultBy: (schema: object, value: unknown): string | null => findFault(ajv.compile(schema), value),
    /** The same for a schema with references into the document, for many values. */
    findFaultIn: (schema: object): ((value: unknown) => string | null) => {
      const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"#/', `"${id}#/`)) as object;
      const validate = ajv.compile(absolute);
      return (value) => findFault(validate, value);
    },
  };
}

/** Checks answers against the OpenAPI document of the API that gave them. */
export function createOpenapiValidator(document: OpenapiDocument) {
  const schemas = createSchemaCompiler(closeObjects(document));
  const { responses: shared } = document['components'] as { responses: Record<string, object> };
  const templates = Object.keys(document.paths).map((template) => ({
    template,
    parts: template.split('/'),
  }));
  const called = new Set<string>();

  const findPath = (path: string): string | undefined => {
    const given = path.split('/');
    const matches = ({ parts }: { parts: string[] }): boolean =>
      parts.length === given.length &&
      parts.every((part, index) => (part.startsWith('{') ? given[index] !== '' : part === given[index]));
    return templates.find(matches)?.template;
  };
  /** The place of the schema of an answer; null when it has none. */
  const placeOf = (response: object, place: string[]): string | null => {
    const name = '$ref' in response ? String(response.$ref).replace('#/components/responses/', '') : null;
    const target = name === null ? response : (shared[name] ?? {});
    const from = name === null ? place : ['components', 'responses', name];
    return 'content' in target ? toPointer(...from, 'content', 'application/json', 'schema') : null;
  };

  return {
    /** Operations that were called, by their id. */
    called,
    operationIds: Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    ),
    /** Compiles the schemas of all answers, in strict mode. */
    compileAll: (): void => {
      for (const [path, methods] of Object.entries(document.paths)) {
        for (const [method, { responses }] of Object.entries(methods)) {
          for (const [status, response] of Object.entries(responses)) {
            const place = placeOf(response, ['paths', path, method, 'responses', status]);
            if (place) schemas.compile(place);
          }
        }
      }
    },
    /** @returns what about the answer is not as documented, or null */
    findFault: (answer: Answer): string | null => {
      if (isGatewayAnswer(answer) || isPushAnswer(answer)) return null;
      const path = findPath(answer.path);
      const method = answer.method.toLowerCase();
      const operation = path === undefined ? undefined : document.paths[path]?.[method];
      const label = `${answer.method} ${answer.path.slice(0, 100)} → ${answer.status}`;
      if (path === undefined || !operation) {
        const schema = outside[answer.status];
        const fault = schema
          ? schemas.findFaultBy(schema, JSON.parse(answer.text))
          : 'is no answer outside the operations';
        return fault && `${label}: ${fault}`;
      }
      called.add(operation.operationId);
      const documented = operation.responses[answer.status];
      if (!documented) return `${label}: not documented`;
      const place = placeOf(documented, ['paths', path, method, 'responses', String(answer.status)]);
      if (!place) return answer.text === '' ? null : `${label}: a body where none is documented`;
      const fault = answer.text === '' ? 'no body' : schemas.findFault(place, JSON.parse(answer.text));
      return fault && `${label}: ${fault} in ${answer.text.slice(0, 500)}`;
    },
  };
}

export type OpenapiValidator = ReturnType<typeof createOpenapiValidator>;
