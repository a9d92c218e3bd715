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
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
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

/** Checks answers against the OpenAPI document of the API that gave them. */
export function createOpenapiValidator(document: OpenapiDocument) {
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  (formats as unknown as (ajv: Ajv2020) => void)(ajv);
  const templates = Object.keys(document.paths).map((template) => ({
    template,
    parts: template.split('/'),
  }));
  const compiled = new Map<object, ValidateFunction>();
  const called = new Set<string>();

  const validatorOf = (schema: object): ValidateFunction => {
    const known = compiled.get(schema) ?? ajv.compile(schema);
    compiled.set(schema, known);
    return known;
  };
  const findOperation = (method: string, path: string): DocumentedOperation | undefined => {
    const given = path.split('/');
    const matches = ({ parts }: { parts: string[] }): boolean =>
      parts.length === given.length &&
      parts.every((part, index) => (part.startsWith('{') ? given[index] !== '' : part === given[index]));
    const found = templates.find(matches);
    return found && document.paths[found.template]?.[method.toLowerCase()];
  };
  const checkSchema = (schema: object, value: unknown): string | null => {
    const validate = validatorOf(schema);
    return validate(value) ? null : ajv.errorsText(validate.errors);
  };

  return {
    /** Operations that were called, by their id. */
    called,
    operationIds: Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    ),
    /** Compiles every schema of the document, in strict mode. */
    compileAll: (): void => {
      for (const { responses } of Object.values(document.paths).flatMap((methods) => Object.values(methods))) {
        for (const { content } of Object.values(responses)) {
          for (const { schema } of Object.values(content ?? {})) validatorOf(schema);
        }
      }
    },
    /** @returns what about the answer is not as documented, or null */
    findFault: (answer: Answer): string | null => {
      if (isGatewayAnswer(answer)) return null;
      const operation = findOperation(answer.method, answer.path);
      const label = `${answer.method} ${answer.path.slice(0, 100)} → ${answer.status}`;
      if (!operation) {
        const schema = outside[answer.status];
        const fault = schema ? checkSchema(schema, JSON.parse(answer.text)) : 'is no answer outside the operations';
        return fault && `${label}: ${fault}`;
      }
      called.add(operation.operationId);
      const documented = operation.responses[answer.status];
      if (!documented) return `${label}: not documented`;
      const schema = documented.content?.['application/json']?.schema;
      if (!schema) return answer.text === '' ? null : `${label}: a body where none is documented`;
      const fault = answer.text === '' ? 'no body' : checkSchema(schema, JSON.parse(answer.text));
      return fault && `${label}: ${fault} in ${answer.text.slice(0, 500)}`;
    },
  };
}

export type OpenapiValidator = ReturnType<typeof createOpenapiValidator>;
