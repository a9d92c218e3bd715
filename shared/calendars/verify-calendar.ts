import type { Clock } from '../platform/clock.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { calendarTimingMs } from '../platform/timing.ts';
import type { CalendarProvider } from '../providers/calendar-provider.ts';
import { ProviderError } from '../providers/provider-error.ts';
import { createProviders, type ProviderSettings } from '../providers/providers.ts';
import { addressOf, type CalendarAddress } from './calendar.ts';
import type { NewCalendar } from './create-calendar.ts';

type Field = 'client_id' | 'client_secret' | 'refresh_token' | 'platform_uuid';

/** `faults`: texts by the field that is wrong. Otherwise the refresh token that is to be stored. */
export type Verification = { faults: Partial<Record<Field, string[]>> } | { faults: null; refreshToken: string };

/**
 * Refreshes the token of a new calendar and reads an hour of it, before it is stored. Only what the provider refuses in
 * known words is a fault: an outage refuses no calendar.
 */
export async function verifyCalendar(
  { settings, clock }: { settings: ProviderSettings; clock: Clock },
  request: NewCalendar,
): Promise<Verification> {
  const provider = createProviders(settings, clock)[request.platform];
  let refreshToken = request.refresh_token;
  let fieldOf: FieldOf = fieldOfGrant;
  const verify = async (): Promise<void> => {
    const { client_id: clientId, client_secret: clientSecret } = request;
    const granted = await provider.authorize({ clientId, clientSecret, refreshToken });
    refreshToken = granted.refreshToken ?? refreshToken;
    fieldOf = fieldOfCalendar;
    const named = { platform: request.platform, platform_uuid: request.platform_uuid ?? null, mailbox: null };
    const address = await provider.locate(granted.token, addressOf(named));
    await readAnHour(provider, granted.token, address, clock.now());
  };
  try {
    await withinTime(verify());
    return { faults: null, refreshToken };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const field = fieldOf(error, request);
    const text = `${provider.name} refused it: ${error.providerCode} ${error.message}`;
    return field ? { faults: { [field]: [text] } } : { faults: null, refreshToken };
  }
}

/** Which field a refusal is about; null when it proves nothing. */
type FieldOf = (error: ProviderError, request: NewCalendar) => Field | null;

const fieldOfGrant: FieldOf = ({ verdict, message }) => {
  if (verdict.kind === 'tenant_refused') return 'client_id';
  if (verdict.kind === 'disconnect') return 'refresh_token';
  if (verdict.kind !== 'operator') return null;
  return /client was not found|client_id|deleted|disabled|application/i.test(message) ? 'client_id' : 'client_secret';
};

const fieldOfCalendar: FieldOf = ({ verdict }, { platform_uuid }) => {
  if (verdict.kind === 'operator') return 'client_id';
  if (verdict.kind === 'missing') return platform_uuid === undefined ? 'refresh_token' : 'platform_uuid';
  // Known words of a denied access: the account may not read this calendar.
  if (verdict.kind === 'refused' && verdict.suspected && platform_uuid !== undefined) return 'platform_uuid';
  return verdict.kind === 'disconnect' || verdict.kind === 'unauthorized' ? 'refresh_token' : null;
};

/** The smallest request that a sync makes as well: it needs no further rights. */
async function readAnHour(
  provider: CalendarProvider,
  accessToken: string,
  calendar: CalendarAddress,
  now: number,
): Promise<void> {
  const start = Math.floor(now / 1000) * 1000;
  const span = { start: timestampOf(start), end: timestampOf(start + 3_600_000) };
  const page = { calendar, syncToken: null, span, isPlain: false, link: null, isSlim: false };
  await provider.fetchPage(accessToken, { ...page, pageSize: provider.pageSizes[0] });
}

/** A provider that is too slow for a request of the API proves nothing. */
async function withinTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, calendarTimingMs.verification);
  });
  try {
    await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
