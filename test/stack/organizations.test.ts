import { describe, expect, it } from 'vitest';
import { loadAccount } from '../../shared/accounts/account-store.ts';
import { findOrganization } from '../../shared/organizations/organization-store.ts';
import { readPartition } from '../support/read-partition.ts';
import { useApiClient, useOtherProject, useStack } from '../support/use-stack.ts';
import { waitUntil } from '../support/wait-until.ts';

const stack = useStack();
const api = useApiClient(stack);
const other = useOtherProject(stack);
const path = '/api/v1/organization_connections';
type Body = Record<string, unknown>;
type Options = Parameters<typeof api.call>[2];
const call = (method: string, at = '', options?: Options) => api.call(method, `${path}${at}`, options);

let number = 0;
/** A Workspace customer with some users, whose service account has a key. */
function customerOfGoogle(users = ['admin', 'ada', 'bob']) {
  number += 1;
  const domain = `customer${number}.example`;
  const organization = stack.google.addOrganization({ domain, projectId: `project-${number}` });
  for (const user of users) {
    const account = stack.google.addAccount({ email: `${user}@${domain}` });
    stack.google.addCalendar(account);
  }
  const key = stack.google.addServiceAccountKey(organization);
  const google = { service_account_key: key, admin_subject: `admin@${domain}` };
  return { domain, organization, key, request: { platform: 'google', google } };
}

/** A tenant with some users, and an app. */
function customerOfMicrosoft(users = ['ada', 'bob']) {
  number += 1;
  const tenantId = `tenant-${number}`;
  const application = stack.microsoft.addApplication({ clientId: `app-${number}`, tenantId });
  for (const user of users) {
    stack.microsoft.addCalendar(stack.microsoft.addAccount({ email: `${user}@tenant${number}.example`, tenantId }));
  }
  const { clientId: client_id, clientSecret: client_secret } = application;
  const microsoft = { tenant: tenantId, client_id, client_secret };
  return { domain: `tenant${number}.example`, application, request: { platform: 'microsoft', microsoft } };
}

const create = async (json: object): Promise<string> => {
  const { status, body } = await call('POST', '', { json });
  expect([status, body]).toMatchObject([201, {}]);
  return String(body.id);
};

/** Half an hour passes, then the timers that are due are dispatched. */
async function passTime(): Promise<void> {
  stack.local.advanceClock(31 * 60_000);
  await stack.local.tick();
}

/** Waits for a state of a connection, or for its end. */
async function until(id: string, isReached: (body: Body) => boolean): Promise<Body> {
  let last: Body = {};
  const read = async (): Promise<boolean> => {
    last = (await call('GET', `/${id}`)).body;
    return isReached(last);
  };
  await passTime();
  await waitUntil(read, 15_000).catch((error: unknown) => {
    throw new Error(`not reached: ${JSON.stringify(last)}`, { cause: error });
  });
  return last;
}
const progressOf = (body: Body) => body['progress'] as { connected: number; discovered: number; waiting: number };
const isSettled = (body: Body): boolean => progressOf(body).discovered > 0 && progressOf(body).waiting === 0;

const calendarsOf = async (): Promise<Body[]> =>
  (await api.call('GET', '/api/v1/calendars?limit=100')).body.results as Body[];
/** The calendars of accounts of a domain, with the addresses of their accounts. */
async function calendarsIn(domain: string): Promise<Body[]> {
  const found = await Promise.all(
    (await calendarsOf()).map(async (calendar): Promise<Body> => {
      const account = await loadAccount(stack.table, String(calendar['account_id']));
      return { ...calendar, account_email: account?.account_email };
    }),
  );
  return found.filter(({ account_email }) => String(account_email).endsWith(`@${domain}`));
}

describe('an organization at Google', () => {
  it('is connected with all its users, whose calendars are synced, and removed with all of them', async () => {
    const { domain, request, key } = customerOfGoogle();
    stack.google.insertEvent(`ada@${domain}`, {
      summary: 'Planning',
      start: { dateTime: new Date(stack.local.now() + 3_600_000).toISOString() },
      end: { dateTime: new Date(stack.local.now() + 7_200_000).toISOString() },
    });
    const id = await create({ ...request, metadata: { customer: 'acme' } });
    const body = await until(id, isSettled);
    expect(body).toMatchObject({
      state: 'running',
      error: null,
      progress: { discovered: 3, connected: 3, waiting: 0, failed: {} },
      google: { client_email: key.client_email, admin_subject: `admin@${domain}` },
    });
    const calendars = await calendarsIn(domain);
    expect(calendars).toHaveLength(3);
    const ada = calendars.find(({ account_email }) => account_email === `ada@${domain}`);
    expect(ada).toMatchObject({ platform: 'google', platform_uuid: null, metadata: { customer: 'acme' } });
    await waitUntil(async () => {
      const { body: events } = await api.call('GET', `/api/v1/calendar_events?calendar_id=${String(ada?.['id'])}`);
      return (events.results as Body[]).some(({ name }) => name === 'Planning');
    });
    const account = await loadAccount(stack.table, String(ada?.['account_id']));
    expect(account?.grant).toEqual({ kind: 'organization', organization_id: id, mailbox: `ada@${domain}` });

    expect((await call('DELETE', `/${id}`)).status).toBe(200);
    await until(id, ({ detail, error }) => detail !== undefined || typeof error === 'string');
    expect(await calendarsIn(domain)).toEqual([]);
    expect(await readPartition(stack.table, `ORGANIZATION#${id}`)).toEqual([]);
  }, 60_000);

  it('shows a missing delegation, disconnects no calendar for it, and goes on when it is delegated again', async () => {
    const { domain, organization, request } = customerOfGoogle();
    organization.groups.set(`all@${domain}`, [`ada@${domain}`, `bob@${domain}`]);
    const id = await create({ ...request, group: `all@${domain}` });
    await until(id, isSettled);
    const { delegatedScopes } = organization;
    organization.delegatedScopes = [];
    stack.google.expireAccessTokens();
    const refused = await until(id, ({ state }) => state === 'failed');
    expect(refused['error']).toMatchObject({ code: 'delegation_missing', provider_code: 'unauthorized_client' });
    for (const calendar of await calendarsIn(domain)) {
      await api.call('POST', `/api/v1/calendars/${String(calendar['id'])}/sync`);
    }
    await waitUntil(async () =>
      (await calendarsIn(domain)).every(({ sync_error }) => (sync_error as Body | null)?.['code'] === 'client_refused'),
    );
    expect((await calendarsIn(domain)).map(({ state }) => state)).toEqual(['connected', 'connected']);
    organization.delegatedScopes = delegatedScopes;
    expect((await call('PATCH', `/${id}`, { json: { paused: false } })).body).toMatchObject({ error: null });
    await until(id, ({ state }) => state === 'running');
  }, 60_000);
});

describe('an organization at Microsoft', () => {
  it('is connected with the mailboxes that its app may read, with one token of the tenant', async () => {
    const { domain, application, request } = customerOfMicrosoft(['ada', 'bob', 'eve']);
    stack.microsoft.addAccount({
      email: `nomail@${domain}`,
      tenantId: application.tenantId,
      hasMailbox: false,
    });
    application.mailboxes = ['ada', 'bob', 'nomail'].map((name) => `${name}@${domain}`);
    const tokens = () => stack.microsoft.count('token');
    const before = tokens();
    const id = await create(request);
    const body = await until(id, isSettled);
    expect(body).toMatchObject({
      state: 'running',
      progress: { discovered: 4, connected: 2, failed: { admin_blocked: 1, mailbox_unavailable: 1 } },
    });
    const failures = await call('GET', `/${id}/failures?code=mailbox_unavailable`);
    expect(failures).toMatchObject({
      status: 200,
      body: {
        next: null,
        results: [
          {
            email: `nomail@${domain}`,
            code: 'mailbox_unavailable',
            provider_code: 'MailboxNotEnabledForRESTAPI',
            tries: 1,
            next_try_at: expect.any(String),
          },
        ],
      },
    });
    const page = (await call('GET', `/${id}/failures?limit=1`)).body;
    const rest = (await api.call('GET', String(page.next).slice(stack.local.url.length))).body;
    const failed = [...(page.results as Body[]), ...(rest.results as Body[])].map(({ email }) => String(email));
    expect(failed.toSorted()).toEqual([`eve@${domain}`, `nomail@${domain}`]);
    expect((await call('GET', `/${id}/failures`, { apiKey: other.apiKey })).status).toBe(404);
    await waitUntil(async () => (await calendarsIn(domain)).every((one) => one['last_successful_sync_at'] !== null));
    expect((await calendarsIn(domain)).map(({ account_email }) => String(account_email)).sort()).toEqual([
      `ada@${domain}`,
      `bob@${domain}`,
    ]);
    expect(tokens() - before).toBe(1);
  }, 60_000);

  it('shows a missing consent, and a secret that is refused', async () => {
    const { application, request } = customerOfMicrosoft();
    application.permissions = ['User.Read.All'];
    const id = await create(request);
    expect((await until(id, ({ state }) => state === 'failed'))['error']).toMatchObject({ code: 'consent_missing' });
    application.permissions = ['Calendars.Read', 'User.Read.All'];
    application.clientSecret = 'another';
    await call('PATCH', `/${id}`, { json: { paused: false } });
    expect((await until(id, ({ state }) => state === 'failed'))['error']).toMatchObject({
      code: 'key_refused',
      provider_code: 'AADSTS7000215',
    });
    await call('PATCH', `/${id}`, { json: { microsoft: { client_secret: 'another' } } });
    expect(await until(id, isSettled)).toMatchObject({ state: 'running', progress: { connected: 2 } });
  }, 60_000);
});

describe('organization connections', () => {
  it('are read, listed, changed, paused, and no answer or row has a secret', async () => {
    const { request, key, domain } = customerOfGoogle();
    const users = [`ada@${domain}`, `BOB@${domain}`, `ada@${domain}`];
    const { google } = request;
    const json = { ...request, google: { service_account_key: google.service_account_key }, users };
    const created = await call('POST', '', {
      json: { ...json, deduplication_key: 'customer', mailboxes_per_minute: 60 },
    });
    const id = String(created.body.id);
    expect(created).toMatchObject({
      status: 201,
      body: { user_count: 2, group: null, mailboxes_per_minute: 60, deduplication_key: 'customer', microsoft: null },
    });
    const again = await call('POST', '', { json: { ...json, deduplication_key: 'customer' } });
    expect(again).toMatchObject({ status: 400, body: { deduplication_key: [expect.any(String)] } });
    expect(again.headers.get('x-existing-id')).toBe(id);
    const listed = await call('GET', '?deduplication_key=customer');
    expect((listed.body.results as Body[]).map((one) => one['id'])).toEqual([id]);
    const paused = await call('PATCH', `/${id}`, { json: { paused: true, users: [`ada@${domain}`] } });
    expect(paused.body).toMatchObject({ state: 'paused', user_count: 1, next_discovery_at: null });
    const stored = await findOrganization(stack.table, stack.local.projectId, id);
    const secret = key.private_key.split('\n')[1] ?? '';
    const shown = JSON.stringify([created, again, listed, paused, stored]);
    expect(shown).not.toContain(secret);
    expect(shown).not.toContain('PRIVATE KEY');
  });

  it('are refused with a text for every field that is wrong', async () => {
    const { request, key } = customerOfGoogle();
    const wrong = await call('POST', '', {
      json: {
        platform: 'google',
        google: { service_account_key: { type: 'authorized_user', project_id: 'p' }, admin_subject: 'admin', more: 1 },
        users: [],
        mailboxes_per_minute: 0,
      },
    });
    expect(wrong.status).toBe(400);
    expect(Object.keys(wrong.body).sort()).toEqual(['google', 'mailboxes_per_minute', 'users']);
    const texts = async (json: object) => (await call('POST', '', { json })).body;
    expect(await texts({ platform: 'google' })).toEqual({ google: ['This field is required.'] });
    expect(await texts({ ...request, microsoft: customerOfMicrosoft().request.microsoft })).toHaveProperty('microsoft');
    expect(await texts({ ...request, users: ['a@b.example'], group: 'g' })).toEqual({
      group: ['Enter either users or a group.'],
    });
    expect(await texts({ platform: 'google', google: { service_account_key: key } })).toEqual({
      google: ['admin_subject: This field is required, unless users are named.'],
    });
    const noKey = { ...key, private_key: 'LEAKED' };
    const refused = await texts({ platform: 'google', google: { ...request.google, service_account_key: noKey } });
    expect(refused).toEqual({
      google: ['service_account_key: private_key: Enter the private key in PEM, as the key file has it.'],
    });
    const tenant = { tenant: 'common', client_id: 'app', client_secret: 'secret' };
    expect(await texts({ platform: 'microsoft', microsoft: tenant })).toEqual({
      microsoft: ['tenant: Enter the id or domain of one tenant.'],
    });
    const id = await create(request);
    const foreignKey = { ...customerOfGoogle().key };
    const change = async (json: object) => call('PATCH', `/${id}`, { json });
    expect((await change({ google: { service_account_key: foreignKey } })).body).toHaveProperty('google');
    expect((await change({ users: ['a@b.example'] })).status).toBe(400);
    expect((await change({ platform: 'microsoft' })).status).toBe(400);
  });

  it('of another project are neither visible nor changeable', async () => {
    const id = await create(customerOfGoogle().request);
    const foreign = { apiKey: other.apiKey };
    expect((await call('GET', '', foreign)).body.results).toEqual([]);
    expect((await call('GET', `/${id}`, foreign)).status).toBe(404);
    expect((await call('DELETE', `/${id}`, foreign)).status).toBe(404);
    expect((await call('PATCH', `/${id}`, { ...foreign, json: { paused: true } })).status).toBe(404);
    expect((await call('GET', `/${id}`)).body).toMatchObject({ state: 'running' });
  });
});
