import { describe, expect, it } from 'vitest';
import { failureCodes } from '../../../shared/calendars/calendar.ts';
import { millisOf } from '../../../shared/platform/timestamp.ts';
import type { ProviderVerdict } from '../../../shared/providers/provider-error.ts';
import {
  decideFailure,
  type FailureContext,
  type FailureDecision,
  isAnnounced,
  needsStanding,
  repairs,
} from '../../../shared/sync/failures.ts';
import { cures, type Failing, syncErrorCodes, syncErrorOf } from '../../../shared/sync/sync-error.ts';
import { at, day, hour, minute, now, second } from './sync-fixtures.ts';

const revoked: ProviderVerdict = { kind: 'disconnect', code: 'authorization_revoked' };
const passing: ProviderVerdict = { kind: 'retry', error: 'provider_unavailable' };
const fault = { providerCode: 'word', message: 'what it said' };
const synced: FailureContext = {
  isConnected: true,
  hasSynced: true,
  failing: undefined,
  standing: null,
  random: 0,
  now,
};

/** Lets a calendar fail until it is disconnected, or for a day: each run comes when the one before it asked for it. */
function failOn(verdictAt: (ms: number) => ProviderVerdict, more: Partial<FailureContext> = {}) {
  let context = { ...synced, ...more };
  const decisions: FailureDecision[] = [];
  for (;;) {
    const elapsed = context.now - now;
    const decision = decideFailure(verdictAt(elapsed), fault, context);
    decisions.push(decision);
    if (decision.kind === 'disconnect' || elapsed > day) return { decisions, elapsed, code: codeOf(decision) };
    const next = decision.kind === 'retry' ? context.now + decision.delayMs : millisOf(decision.dueAt);
    const announced = decision.failing.announced || isAnnounced(decision.failing, context.now);
    context = { ...context, failing: { ...decision.failing, announced }, now: next };
  }
}
const codeOf = (decision: FailureDecision) => (decision.kind === 'disconnect' ? decision.code : null);
const always = (verdict: ProviderVerdict) => () => verdict;

describe('A loss of access in known words', () => {
  it('disconnects a synced calendar after ten minutes of nothing else, and within a quarter of an hour', () => {
    const { elapsed, code } = failOn(always(revoked));
    expect(code).toBe('authorization_revoked');
    expect(elapsed).toBeGreaterThanOrEqual(10 * minute);
    expect(elapsed).toBeLessThan(12 * minute);
  });

  it('disconnects a calendar that was never synced after three looks within seconds', () => {
    const { elapsed, code, decisions } = failOn(always(revoked), { hasSynced: false });
    expect([code, decisions.length]).toEqual(['authorization_revoked', 3]);
    expect(elapsed).toBeLessThan(5 * second);
  });

  it('begins again after another failure', () => {
    const { elapsed } = failOn((ms) => (ms < 8 * minute && ms > 5 * minute ? passing : revoked));
    expect(elapsed).toBeGreaterThan(17 * minute);
    expect(elapsed).toBeLessThan(40 * minute);
  });

  it('is believed at once of a calendar that is disconnected already', () => {
    expect(decideFailure(revoked, fault, { ...synced, isConnected: false })).toMatchObject({ kind: 'disconnect' });
  });

  it('waits for 20 hours when many calendars of the client are refused at once and none is fine', () => {
    const { elapsed, code } = failOn(always(revoked), { standing: { refused: 5 } });
    expect(code).toBe('authorization_revoked');
    expect(elapsed).toBeGreaterThanOrEqual(20 * hour);
    const fine = failOn(always(revoked), { standing: { refused: 5, succeeded_at: at(minute) } });
    expect(fine.elapsed).toBeLessThan(15 * minute);
  });
});

describe('A loss of access without words', () => {
  it.each([
    [{ kind: 'unauthorized' }, 'authorization_revoked'],
    [{ kind: 'unauthorized', suspected: 'consent_missing' }, 'consent_missing'],
    [{ kind: 'missing' }, 'mailbox_unavailable'],
  ] as [ProviderVerdict, string][])('%j disconnects within a day, and not before 20 hours', (verdict, code) => {
    const lost = failOn(always(verdict));
    expect(lost.code).toBe(code);
    expect(lost.elapsed).toBeGreaterThanOrEqual(20 * hour);
    expect(lost.elapsed).toBeLessThan(21 * hour);
    expect(lost.decisions.length).toBeLessThan(80);
  });

  it('is noticed although a passing failure comes in between', () => {
    const lost = failOn((ms) => (Math.floor(ms / hour) === 15 ? passing : { kind: 'unauthorized' }));
    expect(lost.elapsed).toBeLessThan(21 * hour);
  });

  it('is not believed while many calendars of the client have it', () => {
    expect(failOn(always({ kind: 'unauthorized' }), { standing: { refused: 6 } }).code).toBeNull();
  });
});

describe('A refusal by the tenant', () => {
  const refused: ProviderVerdict = { kind: 'tenant_refused', code: 'admin_blocked' };

  it('disconnects when other calendars of the client are fine', () => {
    const lost = failOn(always(refused), { standing: { refused: 1, succeeded_at: at(minute) } });
    expect(lost.code).toBe('admin_blocked');
    expect(lost.elapsed).toBeGreaterThanOrEqual(10 * minute);
    expect(lost.elapsed).toBeLessThan(15 * minute);
  });

  it('is the operator’s otherwise, also of a calendar that was never synced', () => {
    for (const hasSynced of [true, false]) {
      const { code, decisions } = failOn(always(refused), { hasSynced, standing: { refused: 1 } });
      expect(code).toBeNull();
      expect(decisions[0]).toMatchObject({ failing: { code: 'client_refused' } });
      expect(decisions.at(-1)).toMatchObject({ kind: 'pause', alarm: 'operator' });
    }
  });
});

describe('A failure that proves nothing', () => {
  const verdicts: [ProviderVerdict, string][] = [
    [passing, 'provider_unavailable'],
    [{ kind: 'retry', error: 'answer_unreadable' }, 'answer_unreadable'],
    [{ kind: 'quota' }, 'quota'],
    [{ kind: 'operator', error: 'client_refused' }, 'client_refused'],
    [{ kind: 'operator', error: 'api_not_enabled' }, 'api_not_enabled'],
    [{ kind: 'refused' }, 'refused'],
    [{ kind: 'rejected' }, 'unexpected'],
    [{ kind: 'resync' }, 'unexpected'],
    [{ kind: 'too_large' }, 'answer_unreadable'],
    [{ kind: 'push_unsupported' }, 'unexpected'],
  ];

  it.each(verdicts)('%j never disconnects, and is tried again every ten minutes at least', (verdict, code) => {
    for (const hasSynced of [true, false]) {
      const { decisions, code: lost } = failOn(always(verdict), { hasSynced });
      expect(lost).toBeNull();
      expect(decisions.at(-1)).toMatchObject({ kind: 'pause', failing: { code } });
      expect(decisions.length).toBeGreaterThan((24 * hour) / (10 * minute));
      expect(decisions.length).toBeLessThan(160);
    }
  });

  it('is retried by the queue for half a minute, then by the timer', () => {
    const { decisions } = failOn(always(passing));
    const delays = decisions.slice(0, 5).map((decision) => decision.kind === 'retry' && decision.delayMs);
    expect(delays).toEqual([1, 2, 4, 8, 16].map((seconds) => seconds * second));
    expect(decisions[5]).toMatchObject({ kind: 'pause', dueAt: at(31 * second + minute) });
  });

  it('lets pushes end the pause after a minute', () => {
    const [pause] = failOn(always(passing)).decisions.slice(-1);
    const late = pause?.kind === 'pause' ? millisOf(pause.notBefore) : Number.NaN;
    expect(late - now - day).toBeLessThanOrEqual(11 * minute);
  });

  it('waits as long as the provider asks for, and pushes do not end that', () => {
    const asked = (retryAfterMs: number) => decideFailure({ kind: 'quota', retryAfterMs }, fault, synced);
    expect(asked(40 * second)).toMatchObject({ kind: 'retry', delayMs: 40 * second });
    expect(asked(2 * hour)).toMatchObject({ kind: 'pause', dueAt: at(2 * hour), notBefore: at(2 * hour) });
  });

  it('of a disconnected calendar is left to its daily try after a while', () => {
    const { decisions } = failOn(always({ kind: 'refused' }), { isConnected: false });
    expect(decisions.length).toBeLessThan(20);
  });
});

describe('Other calendars of the client', () => {
  it('are asked about only for a refusal that has lasted, or by a tenant', () => {
    const failing = { since: at(-31 * second), looks: 5 } as Failing;
    expect(needsStanding(revoked, { ...synced, failing })).toBe(true);
    expect(needsStanding(revoked, { ...synced, failing: { ...failing, looks: 2 } })).toBe(false);
    expect(needsStanding(revoked, { ...synced, hasSynced: false, failing })).toBe(false);
    expect(needsStanding(passing, { ...synced, failing })).toBe(false);
  });
});

describe('The error of a calendar', () => {
  const failing: Failing = {
    since: at(0),
    looks: 1,
    code: 'provider_unavailable',
    provider_code: 'http_503',
    message: 'http_503',
    next_try_at: at(second),
    announced: false,
  };
  const shown = (more: Partial<Failing>, ms: number) =>
    syncErrorOf({ state: 'connected' }, { failing: { ...failing, ...more } }, now + ms)?.code;

  it('is shown after a quarter of an hour', () => {
    expect([shown({}, 14 * minute), shown({}, 15 * minute)]).toEqual([undefined, 'provider_unavailable']);
  });

  it.each(['client_refused', 'api_not_enabled', 'refused'] as const)('is shown at once: %s', (code) => {
    expect(shown({ code }, 0)).toBe(code);
  });

  it('is not shown of a disconnected calendar', () => {
    expect(syncErrorOf({ state: 'disconnected' }, { failing: { ...failing, code: 'refused' } }, now)).toBeNull();
  });

  it('is announced once: at once when it is the operator’s, or after a quarter of an hour', () => {
    const announced = (more: Partial<Failing>, ms: number) => isAnnounced({ ...failing, ...more }, now + ms);
    expect(announced({ code: 'client_refused' }, 0)).toBe(true);
    expect(announced({ code: 'client_refused', announced: true }, 0)).toBe(false);
    expect(announced({ code: 'refused' }, 0)).toBe(false);
    expect([announced({}, 14 * minute), announced({}, 15 * minute)]).toEqual([false, true]);
    expect(announced({ next_try_at: at(6 * hour) }, 0)).toBe(true);
  });

  it.each(syncErrorCodes)('%s tells what cures it', (code) => {
    expect(cures[code]).toMatch(/^[A-Z].*\.$/);
  });
});

describe('A lost access', () => {
  it.each(failureCodes)('%s tells the user how to repair it', (code) => {
    expect(repairs[code]).toMatch(/^[A-Z].*\.$/);
  });
});
