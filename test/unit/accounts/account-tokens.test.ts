import { beforeEach, describe, expect, it } from 'vitest';
import type { Account, SealedAccess } from '../../../shared/accounts/account.ts';
import { readAccount, writeAccount } from '../../../shared/accounts/account-row.ts';
import { createAccountTokens } from '../../../shared/accounts/account-tokens.ts';
import { credentialsContext } from '../../../shared/accounts/credentials-context.ts';
import type { KmsClient } from '../../../shared/platform/aws/kms-client.ts';
import { createClock } from '../../../shared/platform/clock.ts';
import { createEnvelope, type Envelope } from '../../../shared/platform/envelope.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import type { AccessToken } from '../../../shared/providers/calendar-provider.ts';
import { ProviderError } from '../../../shared/providers/provider-error.ts';
import type { Table } from '../../../shared/store/table.ts';

const now = Date.parse('2026-05-04T10:00:00Z');
const names = { id: 'acct_0123456789abcdef', project_id: 'proj_1' } as const;
let calls: { generated: number; decrypted: number };
beforeEach(() => {
  calls = { generated: 0, decrypted: 0 };
});

/** A wrapped key is the key itself: only the calls matter. */
const kms: KmsClient = {
  generateDataKey: async () => {
    calls.generated += 1;
    const plain = Buffer.alloc(32, calls.generated);
    return { plain, wrapped: plain };
  },
  decrypt: async (_keyArn, wrapped) => {
    calls.decrypted += 1;
    return wrapped;
  },
};

/** As `createCalendar` seals the credentials. */
async function createAccount(calendar_count: number): Promise<Account> {
  const envelope = createEnvelope(kms, 'key');
  const context = credentialsContext(names);
  const client_secret = await envelope.seal(context, 'client secret');
  const refresh_token = await envelope.seal(context, 'refresh token', client_secret);
  const at = timestampOf(now);
  return {
    ...names,
    platform: 'google',
    client_id: 'client',
    provider_account_id: null,
    account_email: null,
    grant: { kind: 'client', client_secret, refresh_token },
    grant_version: 1,
    calendar_count,
    posted: null,
    created_at: at,
    updated_at: at,
  };
}

/** The rows of the account by sort key. Each write takes; conditions are not checked here. */
let rows: Map<string, Record<string, unknown>>;
/** The copy that was kept last. */
let kept: SealedAccess | undefined;
interface Input {
  Item?: Record<string, unknown>;
  RequestItems?: object;
  /** Of a read, an update or a deletion. */
  Key?: Record<string, string>;
  UpdateExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, unknown>;
}
const send = async ({ input }: { input: Input }): Promise<object> => {
  const { Item, Key, RequestItems, UpdateExpression: update } = input;
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = input;
  if (RequestItems) return { Responses: { table: [...rows.values()].filter(({ SK }) => SK === 'ACCESS_TOKEN') } };
  if (Item) rows.set(String(Item['SK']), Item);
  const found = rows.get(Key?.['SK'] ?? '') ?? {};
  for (const [, name = '', value = ''] of update?.matchAll(/(#\d+) = (:\d+)/g) ?? []) {
    found[names[name] ?? ''] = values[value];
  }
  return { Item: found, Attributes: found };
};
const table = { name: 'table', client: { send } } as unknown as Table;
const tokensOf = (envelope: Envelope, stored: SealedAccess | undefined, granted: Partial<AccessToken> = {}) => {
  const authorize = async () => ({ token: 'access', expiresAt: timestampOf(now + 3_600_000), ...granted });
  const provider = { authorize, authorizeOrganization: authorize };
  return createAccountTokens(
    { envelope, table, clock: createClock(() => now), providers: { google: provider, microsoft: provider } },
    { account: names, stored, keep: async (access) => void (kept = access) },
  );
};

/** The table has the account; nothing is counted yet. */
async function storeAccount(calendars: number): Promise<void> {
  rows = new Map([['ACCOUNT', writeAccount(await createAccount(calendars))]]);
  kept = undefined;
  calls = { generated: 0, decrypted: 0 };
}
beforeEach(() => storeAccount(2));

describe('the access token of an account', () => {
  it('costs one call of KMS at a cold start, to open the credentials, and none to seal it', async () => {
    const envelope = createEnvelope(kms, 'key');
    expect(await tokensOf(envelope, undefined).obtain()).toBe('access');
    expect(calls).toEqual({ generated: 0, decrypted: 1 });

    // Another calendar of the account finds it there, and a later run of this calendar has its copy.
    const other = tokensOf(envelope, undefined);
    expect(await other.obtain()).toBe('access');
    expect(other.wasRefreshed()).toBe(false);
    expect(await tokensOf(envelope, kept).obtain()).toBe('access');
    expect(calls).toEqual({ generated: 0, decrypted: 1 });
  });

  it('of one calendar needs no lease, and is stored once, as the copy of the calendar', async () => {
    await storeAccount(1);
    expect(await tokensOf(createEnvelope(kms, 'key'), undefined).obtain()).toBe('access');
    expect([...rows.keys()]).toEqual(['ACCOUNT']);
    expect(kept).toMatchObject({ grant: 1 });
  });

  it('costs no further call when the refresh token was rotated', async () => {
    await tokensOf(createEnvelope(kms, 'key'), undefined, { refreshToken: 'rotated' }).obtain();
    expect(calls).toEqual({ generated: 0, decrypted: 1 });
    const { grant } = readAccount(rows.get('ACCOUNT'));
    if (grant.kind !== 'client') expect.fail('another grant');
    expect(await createEnvelope(kms, 'key').open(credentialsContext(names), grant.refresh_token)).toBe('rotated');
  });

  it('costs one call of KMS when it is stored and still valid', async () => {
    await tokensOf(createEnvelope(kms, 'key'), undefined).obtain();
    calls = { generated: 0, decrypted: 0 };
    expect(await tokensOf(createEnvelope(kms, 'key'), kept).obtain()).toBe('access');
    expect(calls).toEqual({ generated: 0, decrypted: 1 });
  });

  it('is refreshed once, however often the provider refuses it', async () => {
    const tokens = tokensOf(createEnvelope(kms, 'key'), undefined);
    const refused = new ProviderError({ kind: 'unauthorized' }, '401', 'no');
    let asked = 0;
    const call = async (): Promise<never> => {
      asked += 1;
      throw refused;
    };
    await tokensOf(createEnvelope(kms, 'key'), undefined).obtain();
    const before = rows.get('ACCESS_TOKEN')?.['sealed'];
    await expect(tokens.use(call)).rejects.toBe(refused);
    // With the token that was stored, and with a fresh one.
    expect(asked).toBe(2);
    expect(rows.get('ACCESS_TOKEN')?.['sealed']).not.toBe(before);
  });
});
