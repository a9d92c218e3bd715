import { describe, expect, it } from 'vitest';
import { failureCodes } from '../../../shared/calendars/calendar.ts';
import type { ProviderVerdict } from '../../../shared/providers/provider-error.ts';
import { decideFailure, repairs } from '../../../shared/sync/failures.ts';
import { minute, second } from './sync-fixtures.ts';

const first = { isConnected: true, refusals: 0, attempt: 1, random: 0.5 };
const decide = (verdict: ProviderVerdict, more: Partial<typeof first> = {}) =>
  decideFailure(verdict, { ...first, ...more });

describe('A refused authorization', () => {
  const refused: ProviderVerdict = { kind: 'disconnect', code: 'authorization_revoked' };

  it('is confirmed twice, with growing pauses, before it disconnects', () => {
    expect(decide(refused)).toEqual({ kind: 'confirm', refusals: 1, delayMs: second });
    expect(decide(refused, { refusals: 1 })).toEqual({ kind: 'confirm', refusals: 2, delayMs: 2 * second });
    expect(decide(refused, { refusals: 2 })).toEqual({ kind: 'disconnect', code: 'authorization_revoked' });
  });

  it('disconnects at once when the calendar list has confirmed that the calendar is gone', () => {
    const gone: ProviderVerdict = { kind: 'disconnect', code: 'calendar_not_found' };
    expect(decide(gone)).toEqual({ kind: 'disconnect', code: 'calendar_not_found' });
  });

  it('is believed at once of a calendar that is disconnected already', () => {
    expect(decide(refused, { isConnected: false })).toMatchObject({ kind: 'disconnect' });
  });
});

describe('A refused client of the operator', () => {
  it('alarms, and pauses the calendar so that pushes do not end the pause', () => {
    expect(decide({ kind: 'operator', error: 'client_refused' })).toEqual({
      kind: 'pause',
      pauseMs: 30 * minute,
      isQuiet: true,
      alarms: true,
    });
  });
});

describe('A passing failure', () => {
  const passing: ProviderVerdict = { kind: 'retry', error: 'provider_unavailable' };

  it('is retried with doubled pauses up to 64 seconds, and jitter', () => {
    const delays = [1, 2, 3, 7].map((attempt) => decide(passing, { attempt }));
    expect(delays).toEqual([1.5, 2.5, 4.5, 64.5].map((seconds) => ({ kind: 'retry', delayMs: seconds * second })));
  });

  it('is retried after the time that the provider asks for', () => {
    expect(decide({ kind: 'quota', retryAfterMs: 40 * second })).toEqual({ kind: 'retry', delayMs: 40 * second });
  });

  it('pauses the calendar after the eighth delivery; a push may end the pause', () => {
    const exhausted = { kind: 'pause', pauseMs: 15 * minute, isQuiet: false, alarms: false };
    expect(decide(passing, { attempt: 8 })).toEqual(exhausted);
  });

  it('pauses the calendar, quietly, when the provider asks for longer than a queue can wait', () => {
    const longer: ProviderVerdict = { kind: 'quota', retryAfterMs: 16 * minute };
    expect(decide(longer)).toEqual({ kind: 'pause', pauseMs: 16 * minute, isQuiet: true, alarms: false });
  });

  it.each(['unauthorized', 'resync', 'missing', 'refused', 'rejected', 'too_large', 'push_unsupported'] as const)(
    'is what an unconfirmed verdict %s counts as: it neither disconnects nor stops a calendar',
    (kind) => {
      expect(decide({ kind })).toEqual({ kind: 'retry', delayMs: 1.5 * second });
    },
  );
});

describe('A lost access', () => {
  it.each(failureCodes)('%s has an action that repairs it', (code) => {
    expect(repairs[code]).toMatch(/^[A-Z].*\.$/);
  });
});
