import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startGoogleSimulator } from '../../../local/simulators/google/google-simulator.ts';
import { startMicrosoftSimulator } from '../../../local/simulators/microsoft/microsoft-simulator.ts';
import { createClock } from '../../../shared/platform/clock.ts';
import type { DirectoryPage, DirectoryRequest } from '../../../shared/providers/directory.ts';
import { authorizeDelegation } from '../../../shared/providers/google/google-delegation.ts';
import { readGoogleDirectory } from '../../../shared/providers/google/google-directory.ts';
import { authorizeApplication } from '../../../shared/providers/microsoft/microsoft-application.ts';
import { readMicrosoftDirectory } from '../../../shared/providers/microsoft/microsoft-directory.ts';
import { ProviderError } from '../../../shared/providers/provider-error.ts';

const clock = createClock();
const google = await startGoogleSimulator();
const microsoft = await startMicrosoftSimulator();
afterAll(async () => {
  await google.close();
  await microsoft.close();
});

const refusalOf = async (work: Promise<unknown>): Promise<{ kind: string; code: string; of?: string | undefined }> => {
  const error = await work.then(
    () => null,
    (cause: unknown) => cause,
  );
  if (!(error instanceof ProviderError)) throw new Error('no refusal', { cause: error });
  const { kind, code } = error.verdict as { kind: string; code?: string };
  return { kind, code: error.providerCode, ...(code && { of: code }) };
};

async function readAll(read: (link: string | null) => Promise<DirectoryPage>): Promise<DirectoryPage['users']> {
  const users: DirectoryPage['users'] = [];
  let link: string | null = null;
  do {
    const page: DirectoryPage = await read(link);
    users.push(...page.users);
    link = page.next;
  } while (link !== null);
  return users;
}

describe('a token by domain-wide delegation', () => {
  let domain = 0;
  const arrange = () => {
    domain += 1;
    const name = `d${domain}.example`;
    const organization = google.addOrganization({ domain: name });
    for (const user of ['admin', 'ada', 'bob']) google.addCalendar(google.addAccount({ email: `${user}@${name}` }));
    return { name, organization, key: google.addServiceAccountKey(organization) };
  };
  const authorize = (
    key: Parameters<typeof authorizeDelegation>[1],
    subject: string,
    purpose: Parameters<typeof authorizeDelegation>[2]['purpose'],
  ) => authorizeDelegation({ oauthUrl: google.url, clock }, key, { subject, purpose });

  it('reads the calendars of the user that it names, and of no other one', async () => {
    const { name, key } = arrange();
    const { token } = await authorize(key, `ada@${name}`, 'calendar');
    const read = async (calendar: string) => {
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch(`${google.url}/calendar/v3/calendars/${calendar}/events`, { headers })).status;
    };
    expect(await read('primary')).toBe(200);
    expect(await read(`bob@${name}`)).toBe(404);
  });

  it('is refused for the whole organization when the key was deleted, is another one, or its account is gone', async () => {
    const { name, organization, key } = arrange();
    const subject = `ada@${name}`;
    const refused = { kind: 'operator', code: 'invalid_grant' };
    const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const foreign = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(await refusalOf(authorize({ ...key, private_key: foreign }, subject, 'calendar'))).toEqual(refused);
    const unknown = { ...key, client_email: 'gone@simulated.iam.gserviceaccount.com' };
    expect(await refusalOf(authorize(unknown, subject, 'calendar'))).toEqual(refused);
    organization.keys.clear();
    expect(await refusalOf(authorize(key, subject, 'calendar'))).toEqual(refused);
  });

  it('is refused for the whole organization while a scope is not delegated', async () => {
    const { name, organization, key } = arrange();
    organization.delegatedScopes = ['https://www.googleapis.com/auth/admin.directory.user.readonly'];
    expect(await refusalOf(authorize(key, `ada@${name}`, 'calendar'))).toEqual({
      kind: 'operator',
      code: 'unauthorized_client',
    });
    expect(await authorize(key, `admin@${name}`, 'users')).toHaveProperty('token');
  });

  it('is refused for one user who is suspended or unknown', async () => {
    const { name, key } = arrange();
    google.addAccount({ email: `sue@${name}`, disabled: true });
    for (const user of ['sue', 'unknown']) {
      expect(await refusalOf(authorize(key, `${user}@${name}`, 'calendar'))).toEqual({
        kind: 'disconnect',
        code: 'invalid_grant',
        of: 'account_disabled',
      });
    }
  });

  describe('with which the directory is read', () => {
    const read = (token: string, request: Partial<DirectoryRequest>) =>
      readAll((link) =>
        readGoogleDirectory({ apiUrl: google.url, clock }, token, { group: undefined, pageSize: 2, ...request, link }),
      );

    it('page by page, with suspended users marked', async () => {
      const { name, key } = arrange();
      google.addAccount({ email: `sue@${name}`, disabled: true });
      const { token } = await authorize(key, `admin@${name}`, 'users');
      const users = await read(token, {});
      expect(users.map(({ mailbox, isEnabled }) => [mailbox, isEnabled])).toEqual([
        [`ada@${name}`, true],
        [`admin@${name}`, true],
        [`bob@${name}`, true],
        [`sue@${name}`, false],
      ]);
      expect(new Set(users.map(({ id }) => id)).size).toBe(4);
    });

    it('by group, with the members of groups in it, once', async () => {
      const { name, organization, key } = arrange();
      organization.groups.set(`inner@${name}`, [`bob@${name}`, `ada@${name}`]);
      organization.groups.set(`all@${name}`, [`ada@${name}`, `inner@${name}`]);
      const { token } = await authorize(key, `admin@${name}`, 'members');
      const users = await read(token, { group: `all@${name}` });
      expect(users.map(({ mailbox }) => mailbox)).toEqual([`ada@${name}`, `bob@${name}`]);
      expect(await refusalOf(read(token, { group: `none@${name}` }))).toEqual({ kind: 'missing', code: 'notFound' });
    });

    it('by administrators only', async () => {
      const { name, key } = arrange();
      const { token } = await authorize(key, `ada@${name}`, 'users');
      expect(await refusalOf(read(token, {}))).toEqual({ kind: 'refused', code: 'forbidden' });
    });

    it('again from the beginning when a link is refused', async () => {
      const { name, key } = arrange();
      const { token } = await authorize(key, `admin@${name}`, 'users');
      const page = { group: undefined, pageSize: 2, link: 'bm90IGEgbGluaw' };
      const refused = await refusalOf(readGoogleDirectory({ apiUrl: google.url, clock }, token, page));
      expect(refused.kind).toBe('resync');
    });
  });
});

describe('a token of an app', () => {
  const tenant = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a';
  const at = { loginUrl: microsoft.url, clock };
  let application: ReturnType<typeof microsoft.addApplication>;
  const authorize = (change: object = {}) => {
    const { clientId, clientSecret } = application;
    return authorizeApplication(at, { tenant, clientId, clientSecret, ...change });
  };
  const get = async (token: string, path: string) =>
    (await fetch(`${microsoft.url}/v1.0${path}`, { headers: { authorization: `Bearer ${token}` } })).status;
  let number = 0;
  beforeEach(() => {
    number += 1;
    application = microsoft.addApplication({ clientId: `app-${number}` });
  });
  for (const user of ['ada', 'bob', 'eve']) {
    microsoft.addCalendar(microsoft.addAccount({ email: `${user}@contoso.example` }));
  }
  microsoft.addAccount({ email: 'guest#ext#@contoso.example' });
  microsoft.addAccount({ email: 'dora@contoso.example', disabled: true });

  it('reads the mailboxes of its tenant by their addresses, and no “me”', async () => {
    microsoft.addCalendar(microsoft.addAccount({ email: 'zoe@other.example', tenantId: 'other' }));
    const { token } = await authorize();
    expect(await get(token, '/users/ada@contoso.example/calendars')).toBe(200);
    expect(await get(token, '/users/bob@contoso.example/calendars')).toBe(200);
    expect(await get(token, '/users/zoe@other.example/calendars')).toBe(404);
    expect(await get(token, '/me/calendars')).toBe(400);
  });

  it('reads no mailbox that a policy of the tenant keeps from it', async () => {
    application.mailboxes = ['ada@contoso.example'];
    const { token } = await authorize();
    expect(await get(token, '/users/ada@contoso.example/calendars')).toBe(200);
    expect(await get(token, '/users/bob@contoso.example/calendars')).toBe(403);
  });

  it('is refused for the whole organization, whatever is wrong', async () => {
    const operator = (code: string) => ({ kind: 'operator', code });
    expect(await refusalOf(authorize({ clientSecret: 'wrong' }))).toEqual(operator('AADSTS7000215'));
    expect(await refusalOf(authorize({ clientId: 'unknown' }))).toEqual(operator('AADSTS700016'));
    expect(await refusalOf(authorize({ tenant: 'no-tenant' }))).toEqual(operator('AADSTS90002'));
    application.isBlocked = true;
    expect(await refusalOf(authorize())).toEqual(operator('AADSTS7000112'));
  });

  it('lists the users of its tenant without guests, page by page, and the members of a group that are users', async () => {
    microsoft.addGroup({ id: 'sales', tenantId: tenant, members: ['eve@contoso.example', 'inner-group'] });
    const { token } = await authorize();
    const read = (group?: string) =>
      readAll((link) =>
        readMicrosoftDirectory({ graphUrl: microsoft.url, clock }, token, { group, link, pageSize: 2 }),
      );
    const users = await read();
    expect(users.map(({ email, isEnabled }) => `${email} ${isEnabled}`).sort()).toEqual([
      'ada@contoso.example true',
      'bob@contoso.example true',
      'dora@contoso.example false',
      'eve@contoso.example true',
    ]);
    const members = await read('sales');
    expect(members.map(({ email }) => email)).toEqual(['eve@contoso.example']);
    expect(await get(token, `/users/${members[0]?.mailbox}/calendars`)).toBe(200);
    expect((await refusalOf(read('none'))).kind).toBe('missing');
    application.permissions = ['Calendars.Read'];
    const { token: less } = await authorize();
    const page = { group: undefined, link: null, pageSize: 2 };
    expect(await refusalOf(readMicrosoftDirectory({ graphUrl: microsoft.url, clock }, less, page))).toEqual({
      kind: 'disconnect',
      code: 'Authorization_RequestDenied',
      of: 'consent_missing',
    });
  });
});
