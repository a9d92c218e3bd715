import { describe, expect, it } from 'vitest';
import { assessPush, canAssessPush, type Findings } from '../../../shared/sync/assess-push.ts';
import type { SyncMessage } from '../../../shared/sync/sync-message.ts';
import { at, calendar, hour, minute, now, syncedState } from './sync-fixtures.ts';

const nothing: Findings = { kind: 'delta', reported: 0, unpushed: 0 };
const request = (trigger: SyncMessage['trigger']) => ({
  calendar_id: calendar.id,
  trigger,
  sentAt: now,
  attempt: 1,
  remainingMs: () => 0,
});

describe('A run can assess the channel', () => {
  const canAssess = (trigger: SyncMessage['trigger'], sync = syncedState, state: typeof calendar.state = 'connected') =>
    canAssessPush({ request: request(trigger), calendar: { ...calendar, state } }, sync, at(0));

  it('only when no notification asked for it', () => {
    expect(canAssess('schedule')).toBe(true);
    expect(canAssess('push')).toBe(false);
    expect(canAssess('manual')).toBe(false);
  });

  it('only while a channel is live, the calendar connected, and the last run succeeded', () => {
    expect(canAssess('schedule', { ...syncedState, push: { channel: { kind: 'none' } } })).toBe(false);
    expect(canAssess('schedule', syncedState, 'disconnected')).toBe(false);
    expect(canAssess('schedule', { ...syncedState, last_attempted_sync_at: at(-minute) })).toBe(false);
  });
});

describe('A trusted channel', () => {
  it('stays trusted when every change may still be on its way', () => {
    expect(assessPush({}, { ...nothing, reported: 3 }, now)).toEqual({ silent_since: undefined, replaces: false });
  });

  it('is silent, and replaced, when a change should have been pushed', () => {
    const findings = { ...nothing, reported: 3, unpushed: 1 };
    expect(assessPush({}, findings, now)).toEqual({ silent_since: at(0), replaces: true });
  });
});

describe('A silent channel', () => {
  const silent = { silent_since: at(-hour) };

  it('stays silent from now on when a poll finds a change', () => {
    expect(assessPush(silent, { ...nothing, reported: 1 }, now)).toEqual({ silent_since: at(0), replaces: false });
  });

  it('is replaced when the daily listing finds a change', () => {
    const findings = { kind: 'listing' as const, reported: 1, unpushed: 0 };
    expect(assessPush(silent, findings, now)).toEqual({ silent_since: at(0), replaces: true });
  });

  it('is trusted again after 20 hours without a change, and not before', () => {
    const after = (ms: number) => assessPush({ silent_since: at(-ms) }, nothing, now).silent_since;
    expect(after(19 * hour)).toBe(at(-19 * hour));
    expect(after(20 * hour + 1)).toBeUndefined();
  });
});
