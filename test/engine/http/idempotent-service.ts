import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { createApi } from '../../../shared/http/create-api.ts';
import { createIdempotencyStore, type IdempotencyStore } from '../../../shared/http/idempotency-store.ts';
import { AppError, invalidFields } from '../../../shared/platform/app-error.ts';
import type { ProjectId } from '../../../shared/platform/ids.ts';
import type { Table } from '../../../shared/store/table.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { plainEnvelope } from '../../support/webhook-fixtures.ts';

export const secondMs = 1000;
export const dayMs = 86_400_000;
/** A request that runs longer than this has crashed. */
export const runMs = 30_000;

/** How an operation ends. `hang` is a function that crashes before it answers. */
export type Ending =
  | 'created'
  | 'invalid'
  | 'unauthenticated'
  | 'conflict'
  | 'throttled'
  | 'unavailable'
  | 'fault'
  | 'hang';

export interface Sent {
  key?: string | undefined;
  body?: string;
  path?: string;
  query?: string;
  base64?: boolean;
  project?: ProjectId;
  ending?: Ending;
}

/** An API with one operation. Each request names its ending, and only the test moves the clock. */
export function createIdempotentService(table: Table, given: { store?: IdempotencyStore } = {}) {
  const time = { now: 1_790_000_000_123 };
  const runs: string[] = [];
  const errors: unknown[] = [];
  const counted: string[] = [];
  const logger = silentLogger;
  let begun = (): void => {};

  const operationFor = (ending: Ending) => async () => {
    const id = randomUUID();
    runs.push(id);
    begun();
    if (ending === 'hang') await new Promise(() => {});
    if (ending === 'invalid') throw invalidFields({ url: ['No.', id] });
    if (ending === 'unauthenticated') throw new AppError('unauthenticated', id);
    if (ending === 'conflict') throw new AppError('conflict', id, { retryAfterSeconds: 1 });
    if (ending === 'throttled') throw new AppError('throttled', id, { retryAfterSeconds: 1 });
    if (ending === 'fault') throw new Error(id);
    return { status: ending === 'unavailable' ? 503 : 201, body: { id } };
  };
  const call = async ({ key, body = '{}', path = '/api/v1/calendars', query = '', ...sent }: Sent) => {
    const { base64 = false, project = 'proj_1', ending = 'created' } = sent;
    const api = createApi(
      {
        logger,
        findProjectByKeyHash: async () => project,
        throttle: async (projectId) => void counted.push(projectId),
        idempotency: {
          store: given.store ?? createIdempotencyStore(table),
          envelope: plainEnvelope,
          clock: { now: () => time.now },
          newId: randomUUID,
          logger: { error: (...line: unknown[]) => void errors.push(line) },
        },
      },
      { function: 'api', auth: 'api_key', operations: { createCalendar: 'POST /api/v1/calendars' } },
      { createCalendar: operationFor(ending) },
    );
    const event = {
      routeKey: 'POST /api/v1/calendars',
      rawPath: path,
      rawQueryString: query,
      headers: { authorization: 'Token key', ...(key !== undefined && { 'idempotency-key': key }) },
      requestContext: { domainName: 'example.com', http: { method: 'POST' } },
      body: base64 ? Buffer.from(body).toString('base64') : body,
      isBase64Encoded: base64,
    } as unknown as APIGatewayProxyEventV2;
    return api(event, {} as Context);
  };
  /** Sends a request whose function crashes. Resolves when the operation runs. */
  const crash = async (sent: Sent): Promise<void> => {
    const started = new Promise<void>((resolve) => (begun = resolve));
    void call({ ...sent, ending: 'hang' });
    await started;
  };
  return { time, runs, errors, counted, call, crash };
}

export const freshKey = (): string => `key-${randomUUID()}`;
export const json = { 'content-type': 'application/json' };
export const replayed = { 'idempotency-replayed': 'true' };
