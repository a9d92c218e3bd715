import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBotRules } from '../../../shared/bot-rules/parse-bot-rules.api.ts';
import { createBotFields, reportBotStateFields, updateBotFields } from '../../../shared/bots/bot-fields.api.ts';
import { readBotQuery } from '../../../shared/bots/bot-query.api.ts';
import { updateBotSettingsFields } from '../../../shared/bots/bot-settings.api.ts';
import { createCalendarFields, updateCalendarFields } from '../../../shared/calendars/calendar.api.ts';
import { calendarStates, platforms } from '../../../shared/calendars/calendar.ts';
import { parseContentPolicy } from '../../../shared/content-policy/content-policy.api.ts';
import { readEventQuery, readExcluded } from '../../../shared/events/event-query.api.ts';
import { readFreeBusyQuery } from '../../../shared/free-busy/free-busy.api.ts';
import { readBoolean } from '../../../shared/http/boolean-parameter.ts';
import { readChoice } from '../../../shared/http/choice-parameter.ts';
import { readLimit } from '../../../shared/http/limit-parameter.ts';
import { parseJson } from '../../../shared/http/parse-json.ts';
import { parseFields } from '../../../shared/http/request-fields.ts';
import { AppError } from '../../../shared/platform/app-error.ts';
import { openapiDocument } from '../../../shared/service/openapi.api.ts';
import { deliveryStatuses } from '../../../shared/webhooks/delivery.ts';
import {
  createWebhookFields,
  replayFields,
  rotateSecretFields,
  updateWebhookFields,
} from '../../../shared/webhooks/webhook.api.ts';
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

const rules = { allowLoopback: false, ports: [443] };
/** Reads the body of each operation. */
const bodies: Record<string, (body: Body) => unknown> = {
  createCalendar: (body) => parseFields(createCalendarFields, body),
  updateCalendar: (body) => parseFields(updateCalendarFields, body),
  putContentPolicy: parseContentPolicy,
  putBotRules: parseBotRules,
  createBot: (body) => parseFields(createBotFields, body),
  updateBot: (body) => parseFields(updateBotFields, body),
  reportBotState: (body) => parseFields(reportBotStateFields, body),
  updateBotSettings: (body) => parseFields(updateBotSettingsFields(rules), body),
  createWebhook: (body) => parseFields(createWebhookFields(rules), body),
  updateWebhook: (body) => parseFields(updateWebhookFields(rules), body),
  rotateWebhookSecret: (body) => parseFields(rotateSecretFields, body),
  replayDeliveries: (body) => parseFields(replayFields, body),
};

const page = (query: URLSearchParams): unknown => readLimit(query, 25);
/** Reads the query of each operation that has one. Cursors are signed, so that no schema describes them. */
const queries: Record<string, ((query: URLSearchParams) => unknown)[]> = {
  createCalendar: [(query) => readBoolean(query, 'verify')],
  listCalendars: [
    page,
    (query) => readChoice(query, 'state', calendarStates),
    (query) => readChoice(query, 'platform', platforms),
  ],
  listCalendarSyncs: [page],
  readFreeBusy: [readFreeBusyQuery],
  listCalendarChanges: [page, readExcluded],
  listCalendarEvents: [page, readExcluded, readEventQuery],
  getCalendarEvent: [readExcluded],
  listBotDecisions: [page],
  listBots: [page, readBotQuery],
  listWebhooks: [page],
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

describe('the document says of the body of', () => {
  const described = operations.flatMap(({ operationId, requestBody }) =>
    requestBody ? [[operationId, requestBody.content['application/json'].schema] as const] : [],
  );

  it('every operation what is tried here', () =>
    expect(described.map(([id]) => id).sort()).toEqual(Object.keys(bodies).sort()));

  describe.each(described)('%s', (id, schema) => {
    /** What the action checks, not the parser: an event or a link. */
    const { not: _condition, ...withoutCondition } = resolveSchema(document, schema) as JsonSchema & { not?: unknown };
    const checked = id === 'createBot' ? withoutCondition : resolveSchema(document, schema);
    const findFault = compiler.findFaultIn(checked);
    const refusal = (value: unknown): string | null =>
      refusalOf(() => bodies[id]?.(parseJson(Buffer.from(JSON.stringify(value)))));

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

  it('every operation what is tried here', () =>
    expect(described.map(([id]) => id).sort()).toEqual(Object.keys(queries).sort()));

  describe.each(described)('%s', (id, parameters) => {
    const refusal = (query: URLSearchParams): string | null => {
      const refused = refusalOf(() => {
        for (const read of queries[id] ?? []) read(query);
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
    const [read] = queries['readFreeBusy'] ?? [];
    const query = new URLSearchParams({ from: '2026-05-01', to: '2026-05-02', calendar_ids: ids });
    expect(refusalOf(() => read?.(query))).toContain('may have 50 values');
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
