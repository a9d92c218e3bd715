import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type IsolationTable,
  isolationTable,
  type Names,
  type OwnNames,
  type Probe,
} from '../../support/isolation-table.ts';
import { type OpenapiDocument } from '../../support/openapi-validator.ts';
import { useApiClient, useOtherProject, useStack, useWebhookReceiver } from '../../support/use-stack.ts';

const stack = useStack();
const api = useApiClient(stack);
const other = useOtherProject(stack);
const receiver = useWebhookReceiver();

const base = '/api/v1';
const title = 'Merger of the two';
const email = 'hidden@elsewhere.example';

type Created = Record<string, string>;
const create = async (path: string, json: object, apiKey?: string): Promise<Created> => {
  const { status, body } = await api.call<Created>('POST', `${base}${path}`, { json, ...(apiKey && { apiKey }) });
  expect([path, status]).toEqual([path, 201]);
  return body;
};

/** Everything that a project can have. */
async function createOwner(): Promise<Names> {
  const user = stack.simulate('google');
  const event = user.insertSeries(title, 3, 'week');
  user.setLocation(event, 'https://meet.google.com/abc-defg-hij');
  const calendar = await stack.connect(user, { deduplication_key: 'keyofcalendar', metadata: { secret: title } });
  await stack.idle();
  const first = (await stack.events(calendar)).find(({ name }) => name === title);
  const eventId = first?.id ?? expect.fail('no event');
  const { body: shown } = await stack.call('GET', `/calendar_events/${eventId}`);
  const { body: account } = await stack.call('GET', `/calendars/${calendar}`);
  const app = await create('/oauth_apps', { platform: 'google', client_id: title, client_secret: 'b' });
  const organization = await create('/organization_connections', {
    platform: 'microsoft',
    microsoft: { tenant: 'contoso.com', client_id: 'a', client_secret: 'b' },
    deduplication_key: 'keyoforganization',
  });
  const webhook = await create('/webhooks', { url: receiver.url, triggers: ['calendar.*', 'bot.*'] });
  await stack.call('POST', `/webhooks/${webhook['id']}/test`);
  const bot = await create('/bots', { calendar_event_id: eventId, bot_name: title, deduplication_key: 'keyofbot' });
  const session = await create('/connect_sessions', { oauth_app_id: app['id'] });
  await stack.idle();
  const { body: deliveries } = await stack.call('GET', `/webhooks/${webhook['id']}/deliveries`);
  return {
    calendar,
    calendarKey: 'keyofcalendar',
    account: account.account_id,
    app: app['id'] ?? '',
    organization: organization['id'] ?? '',
    organizationKey: 'keyoforganization',
    session: session['id'] ?? '',
    event: eventId,
    series: shown.series_id,
    bot: bot['id'] ?? '',
    botKey: 'keyofbot',
    webhook: webhook['id'] ?? '',
    delivery: deliveries.results[0].id,
    email: account.account_email,
  };
}

/** Names of the same form, which nothing has. */
const absentOf = (names: Names): Names => {
  const turned = Object.entries(names).map(([name, text]): [string, string] => [
    name,
    text.replace(/[A-Za-z0-9]{6}$/, (end: string) => end.replaceAll(/./g, (one) => (one === 'A' ? 'B' : 'A'))),
  ]);
  return { ...(Object.fromEntries(turned) as unknown as Names), email: 'unknown@elsewhere.example' };
};

/** What two answers have in common that name different objects, or have created some. */
function commonOf(text: string, names: Names): string {
  let common = text;
  for (const [name, value] of Object.entries(names)) common = common.replaceAll(value, `<${name}>`);
  return common
    .replaceAll(/\b(cal|evt|bot|webhook|acct|oapp|cses|orgc|ser)_[A-Za-z0-9]{16,}/g, '<$1>')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>')
    .replaceAll(/(connect\/open\/|whsec_|"signing_key":"|cursor(?:=|":"))[^"]+/g, '$1<secret>')
    .replaceAll(/[\w-]+@[\w-]+\.example(?:\.com)?/g, '<email>');
}

const methodOf = (operation: string): string => operations().find(({ id }) => id === operation)?.method ?? 'none';

interface Operation {
  id: string;
  method: string;
  places: { path: boolean; query: string[]; body: string[] };
}

const isReference = (name: string): boolean => /(^|_)(ids?|key)$/.test(name);
/** Fields of that form that name nothing of a project: clients and keys of providers and runners. */
const foreign = new Set([
  'client_id',
  'project_id',
  'private_key_id',
  'private_key',
  'service_account_key',
  'attendee_api_key',
]);

/** All operations of the document, with the places at which they name objects. */
function operations(): Operation[] {
  const document = api.document as OpenapiDocument & { paths: Record<string, Record<string, never>> };
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => describeOperation(path, method, operation)),
  );
}

// oxlint-disable-next-line typescript/no-explicit-any -- any part of an OpenAPI document
type Part = any;

function describeOperation(path: string, method: string, operation: Part): Operation {
  const parameters: Part[] = (operation.parameters ?? []).map(resolve);
  const query = parameters.filter((one) => one.in === 'query').map(({ name }): string => name);
  const body = namesIn(operation.requestBody?.content?.['application/json']?.schema);
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    places: {
      path: path.includes('{'),
      query: query.filter(isReference),
      body: [...new Set(body)].filter((name) => isReference(name) && !foreign.has(name)),
    },
  };
}

const resolve = (part: Part): Part =>
  part?.$ref === undefined
    ? part
    : (part.$ref as string)
        .slice(2)
        .split('/')
        .reduce((within: Part, step) => within[step], api.document);

function namesIn(part: Part, depth = 0): string[] {
  const schema = resolve(part);
  if (schema === undefined || depth > 6) return [];
  const inner = [schema.items, ...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  const fields = Object.entries(schema.properties ?? {});
  return [
    ...fields.flatMap(([name, field]) => [name, ...namesIn(field, depth + 1)]),
    ...inner.flatMap((one) => namesIn(one, depth + 1)),
  ];
}

describe('the objects of a project', () => {
  let names: Names;
  let absent: Names;
  let own: OwnNames;

  beforeAll(async () => {
    names = await createOwner();
    absent = absentOf(names);
    const { apiKey } = other;
    const app = await create('/oauth_apps', { platform: 'google', client_id: 'own', client_secret: 'b' }, apiKey);
    const hook = { url: 'https://hooks.example.com/own', triggers: ['calendar.*'], is_active: false };
    own = { app: app['id'] ?? '', event: '', webhook: (await create('/webhooks', hook, apiKey))['id'] ?? '' };
  }, 120_000);

  it('are named at the places of the table, and at no other one', () => {
    const documented = operations().filter(
      ({ places: { path, query, body } }) => path || query.length + body.length > 0,
    );
    const table: IsolationTable = isolationTable;
    const listed = (one: object = {}): string[] => Object.keys(one).sort();
    expect(Object.keys(table).sort()).toEqual(documented.map(({ id }) => id).sort());
    for (const { id, places } of documented) {
      const { path, query, body } = table[id] ?? {};
      expect([id, path !== undefined, listed(query), listed(body)]).toEqual([
        id,
        places.path,
        places.query.sort(),
        places.body.sort(),
      ]);
    }
  });

  /** The answer to another project, without what differs between any two answers. */
  const ask = async (operation: string, { path, json }: Probe, names: Names) => {
    const options = { apiKey: other.apiKey, ...(json && { json }) };
    const { status, text, headers } = await api.call(methodOf(operation), `${base}${path}`, options);
    expect([operation, text.includes(title)]).toEqual([operation, false]);
    const named = [...headers].filter(([name]) => !/^(date|content-length|apigw-requestid|.*request-?id)$/.test(name));
    return { operation, status, body: commonOf(text, names), headers: commonOf(JSON.stringify(named), names) };
  };

  /** Rows that hold anything of the project. Timers run on. */
  const readRows = async (): Promise<string[]> => {
    const rows: string[] = [];
    let from: Record<string, unknown> | undefined;
    const mine = Object.values(names).filter((name) => name.includes('_'));
    do {
      const page = await stack.table.client.send(
        new ScanCommand({ TableName: stack.table.name, ExclusiveStartKey: from, ConsistentRead: true }),
      );
      for (const row of page.Items ?? []) {
        const text = JSON.stringify(row);
        if (mine.some((name) => text.includes(name)) && row['SK'] !== 'FOLLOWING') rows.push(text);
      }
      from = page.LastEvaluatedKey;
    } while (from);
    return rows.sort();
  };

  it('are in no list of another project', async () => {
    const lists = operations().filter(({ method, places }) => method === 'GET' && !places.path);
    expect(lists.length).toBeGreaterThan(10);
    const document = api.document as OpenapiDocument & { paths: Record<string, Record<string, Part>> };
    for (const [path, methods] of Object.entries(document.paths)) {
      if (path.includes('{') || !methods['get']) continue;
      const span = path.endsWith('/free_busy') ? `?attendees=${email}&from=2026-01-01&to=2026-01-02` : '';
      const { text } = await api.call('GET', `${path}${span}`, { apiKey: other.apiKey });
      const shown = [title, ...Object.values(names).filter((name) => name.includes('_'))];
      if (path !== '/openapi.json') expect([path, shown.filter((name) => text.includes(name))]).toEqual([path, []]);
    }
  });

  it('are for another project as if they did not exist, and stay as they are', { timeout: 120_000 }, async () => {
    await stack.idle();
    const before = await readRows();
    expect(before.length).toBeGreaterThan(10);
    const foreign: Awaited<ReturnType<typeof ask>>[] = [];
    const unknown: typeof foreign = [];
    const all = Object.entries(isolationTable);
    const probes = [
      ...all.flatMap(([operation, { path, more, query = {} }]) =>
        [path, more, ...Object.values(query)].map((probe) => ({ operation, probe })),
      ),
      // They create what the others would find.
      ...all.flatMap(([operation, { body = {} }]) => Object.values(body).map((probe) => ({ operation, probe }))),
    ];
    for (const { operation, probe } of probes) {
      if (!probe) continue;
      foreign.push(await ask(operation, probe(names, own), names));
      unknown.push(await ask(operation, probe(absent, own), absent));
    }
    expect(foreign).toEqual(unknown);
    const ours = new Set(before);
    const after = (await readRows()).filter((row) => !row.includes(other.projectId));
    expect(after.filter((row) => !ours.has(row))).toEqual([]);
    expect(after).toHaveLength(before.length);
  });
});
