import { beforeEach, describe, expect, it } from 'vitest';
import type { Calendar } from '../../../shared/calendars/calendar.ts';
import { credentialsContext } from '../../../shared/calendars/credentials-context.ts';
import type { KmsClient } from '../../../shared/platform/aws/kms-client.ts';
import { createClock } from '../../../shared/platform/clock.ts';
import { createEnvelope, type Envelope } from '../../../shared/platform/envelope.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import type { AccessToken } from '../../../shared/providers/calendar-provider.ts';
import type { Table } from '../../../shared/store/table.ts';
import { createAccessTokens } from '../../../shared/sync/access-token.ts';
import { readAccessToken, type StoredAccessToken } from '../../../shared/sync/access-token-store.ts';

const now = Date.parse('2026-05-04T10:00:00Z');
const names = { id: 'cal_0123456789abcdef', project_id: 'proj_1' } as const;
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
async function createCalendar(): Promise<Calendar> {
  const envelope = createEnvelope(kms, 'key');
  const context = credentialsContext(names);
  const client_secret = await envelope.seal(context, 'client secret');
  const refresh_token = await envelope.seal(context, 'refresh token', client_secret);
  return { ...names, client_id: 'client', client_secret, refresh_token } as unknown as Calendar;
}

/** The token that was stored last. */
let saved: StoredAccessToken | undefined;
const send = async ({ input }: { input: { Item?: Record<string, unknown> } }): Promise<object> => {
  if (input.Item?.['SK'] === 'ACCESS_TOKEN') saved = readAccessToken(input.Item);
  return {};
};
const table = { name: 'table', client: { send } } as unknown as Table;
const tokensOf = (
  envelope: Envelope,
  calendar: Calendar,
  stored: StoredAccessToken | undefined,
  granted: Partial<AccessToken> = {},
) =>
  createAccessTokens(
    { envelope, table, clock: createClock(() => now) },
    {
      calendar,
      stored,
      provider: { authorize: async () => ({ token: 'access', expiresAt: timestampOf(now + 3_600_000), ...granted }) },
    },
  );

describe('the access token of a calendar', () => {
  it('costs one call of KMS at a cold start, to open the credentials, and none to seal it', async () => {
    const calendar = await createCalendar();
    calls = { generated: 0, decrypted: 0 };
    const envelope = createEnvelope(kms, 'key');
    const tokens = tokensOf(envelope, calendar, undefined);
    expect(await tokens.obtain()).toBe('access');
    expect(calls).toEqual({ generated: 0, decrypted: 1 });

    // The next run of the same function refreshes again, the one after it reads what is stored.
    await tokensOf(envelope, calendar, undefined).obtain();
    expect(await tokensOf(envelope, calendar, saved).obtain()).toBe('access');
    expect(calls).toEqual({ generated: 0, decrypted: 1 });
  });

  it('costs no further call when the refresh token was rotated', async () => {
    const calendar = await createCalendar();
    calls = { generated: 0, decrypted: 0 };
    const tokens = tokensOf(createEnvelope(kms, 'key'), calendar, undefined, { refreshToken: 'rotated' });
    await tokens.obtain();
    expect(calls).toEqual({ generated: 0, decrypted: 1 });
    const opened = createEnvelope(kms, 'key').open(credentialsContext(names), tokens.refreshToken());
    expect(await opened).toBe('rotated');
  });

  it('costs one call of KMS when it is stored and still valid', async () => {
    const calendar = await createCalendar();
    const tokens = tokensOf(createEnvelope(kms, 'key'), calendar, undefined);
    await tokens.obtain();
    calls = { generated: 0, decrypted: 0 };
    expect(await tokensOf(createEnvelope(kms, 'key'), calendar, saved).obtain()).toBe('access');
    expect(calls).toEqual({ generated: 0, decrypted: 1 });
  });
});
