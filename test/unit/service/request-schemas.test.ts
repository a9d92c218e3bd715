import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { parseBotRules } from '../../../shared/bot-rules/parse-bot-rules.api.ts';
import { readBotQuery } from '../../../shared/bots/bot-query.api.ts';
import { calendarStates, platforms } from '../../../shared/calendars/calendar.ts';
import { parseContentPolicy } from '../../../shared/content-policy/content-policy.api.ts';
import { readEventQuery, readExcluded } from '../../../shared/events/event-query.api.ts';
import { readFreeBusyQuery } from '../../../shared/free-busy/free-busy.api.ts';
import { readBoolean, readChoice } from '../../../shared/http/choice-parameter.ts';
import { readLimit } from '../../../shared/http/limit-parameter.ts';
import { parseJson } from '../../../shared/http/parse-json.ts';
import { parseFields } from '../../../shared/http/request-fields.ts';
import { mailboxFailureCodes } from '../../../shared/organizations/organization.ts';
import { AppError } from '../../../shared/platform/app-error.ts';
import { openapiDocument, operationDocuments } from '../../../shared/service/openapi.api.ts';
import type { PublicOperation } from '../../../shared/service/routes.ts';
import { deliveryStatuses } from '../../../shared/webhooks/delivery.ts';
import { createSchemaCompiler } from '../../support/openapi-validator.ts';
import { type JsonSchema, resolveSchema, spoiledValues, valuesOf } from '../../support/schema-values.ts';

type Body = Record<string, unknown>;
interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  explode?: boolean;
  schema: JsonSchema;
}
interface Operation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: { 'application/json': { schema: JsonSchema } } };
}

const document = openapiDocument({ version: '1.0.0', url: 'https://kalends.example' }) as {
  paths: Record<string, Record<string, Operation>>;
};
const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
const compiler = createSchemaCompiler(document);

/** Reads the body of an operation. Most bodies are read by the schema that the document is made of. */
const readBody: Partial<Record<string, (body: Body) => unknown>> = {
  putContentPolicy: parseContentPolicy,
  putBotRules: parseBotRules,
};
const read = (id: string, body: Body): unknown => {
  const { schema } = operationDocuments[id as PublicOperation].request ?? {};
  return readBody[id]?.(body) ?? parseFields(schema as z.ZodObject, body);
};

const page = (query: URLSearchParams): unknown => readLimit(query, 25);
/** Reads the query of an operation that has more parameters than `limit` and texts. Cursors are signed, so that no schema describes them. */
const queries: Partial<Record<string, ((query: URLSearchParams) => unknown)[]>> = {
  createCalendar: [(query) => readBoolean(query, 'verify')],
  listOrganizationConnectionFailures: [page, (query) => readChoice(query, 'code', mailboxFailureCodes)],
  listCalendars: [
    page,
    (query) => readChoice(query, 'state', calendarStates),
    (query) => readChoice(query, 'platform', platforms),
  ],
  readFreeBusy: [readFreeBusyQuery],
  listCalendarChanges: [page, readExcluded],
  listCalendarEvents: [page, readExcluded, readEventQuery],
  getCalendarEvent: [readExcluded],
  listBots: [page, readBotQuery],
  listWebhookDeliveries: [page, (query) => readChoice(query, 'status', deliveryStatuses)],
};

/** Why something is refused; null when it is accepted. */
function refusalOf(read: () => unknown): string | null {
  try {
    read();
    return null;
  } catch (error) {
    if (error instanceof AppError) return JSON.stringify([error.message, error]);
    throw error;
  }
}

const checkedByAction = new Set(['createBot', 'createOauthApp', 'createOrganizationConnection']);

describe('the document says of the body of', () => {
  const described = operations.flatMap(({ operationId, requestBody }) =>
    requestBody ? [[operationId, requestBody.content['application/json'].schema] as const] : [],
  );

  describe.each(described)('%s', (id, schema) => {
    /** What the action checks, not the parser: an event or a link, the parts of a platform. */
    const { not: _condition, ...withoutCondition } = resolveSchema(document, schema) as JsonSchema & { not?: unknown };
    const checked = checkedByAction.has(id) ? withoutCondition : resolveSchema(document, schema);
    const findFault = compiler.findFaultIn(checked);
    const refusal = (value: unknown): string | null =>
      refusalOf(() => read(id, parseJson(Buffer.from(JSON.stringify(value)))));

    it('exactly what is accepted', () => {
      fc.assert(
        fc.property(fc.oneof(valuesOf(document, checked), spoiledValues(document, checked)), (value) => {
          const [said, refused] = [findFault(value), refusal(value)];
          // A schema limits single texts, not their sum.
          if (refused?.includes('less than 1000 characters')) return;
          const both = { value: JSON.stringify(value)?.slice(0, 500), said, refused };
          expect({ ...both, isSame: (said === null) === (refused === null) }).toMatchObject({ isSame: true });
        }),
        { numRuns: 300 },
      );
    });
  });
});

describe('the document says of the query of', () => {
  const described = operations.flatMap(({ operationId, parameters = [] }) => {
    const query = parameters.filter((one) => one.in === 'query' && one.name !== 'cursor');
    return query.length > 0 ? [[operationId, query] as const] : [];
  });
  /** Conditions between parameters, which OpenAPI cannot say. */
  const conditions = ['to must be after from', 'may be 60 days apart', 'Give either'];

  describe.each(described)('%s', (id, parameters) => {
    const refusal = (query: URLSearchParams): string | null => {
      const refused = refusalOf(() => {
        for (const readQuery of queries[id] ?? [page]) readQuery(query);
      });
      return conditions.some((condition) => refused?.includes(condition)) ? null : refused;
    };
    const required = parameters.filter((one) => one.required === true).map(({ name }) => name);

    it.each(parameters.map((one) => [one.name, one] as const))('exactly what is accepted of %s', (name, parameter) => {
      const schema = resolveSchema(document, parameter.schema);
      const findFault = compiler.findFaultIn(schema);
      const write = (value: unknown): URLSearchParams => {
        const query = new URLSearchParams(Object.fromEntries(required.map((one) => [one, '2026-05-01'])));
        query.delete(name);
        const texts = Array.isArray(value) ? value.map(String) : [String(value)];
        for (const text of parameter.explode === false ? [texts.join(',')] : texts) query.append(name, text);
        return query;
      };
      fc.assert(
        fc.property(valuesOf(document, schema), (value) => {
          expect(refusal(write(value))).toBeNull();
        }),
        { numRuns: 50 },
      );

      const wrong = words.filter((text) => findFault(readAs(schema, text)) !== null);
      expect(wrong.map((text) => [text, refusal(write(text)) !== null])).toEqual(wrong.map((text) => [text, true]));

      const absent = write('');
      absent.delete(name);
      expect(refusal(absent) !== null).toBe(required.includes(name));
    });
  });

  it('too many values', () => {
    const ids = Array.from({ length: 51 }, (_, index) => `cal_${index}`).join(',');
    const query = new URLSearchParams({ from: '2026-05-01', to: '2026-05-02', calendar_ids: ids });
    expect(refusalOf(() => readFreeBusyQuery(query))).toContain('may have 50 values');
  });
});

/** Right for some parameters, and wrong for others. */
const words = ['word', '0', '-1', '101', '1.5', 'TRUE', 'null', '2026-02-30T00:00:00Z', 'raw,word'];

/** The value that a text of a query stands for. */
function readAs({ type }: JsonSchema, text: string): unknown {
  if (type === 'array') return text.split(',');
  if (type === 'integer') return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  return type === 'boolean' && (text === 'true' || text === 'false') ? text === 'true' : text;
}
