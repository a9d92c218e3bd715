import { describe, expect, it } from 'vitest';
import type { Calendar } from '../../../shared/calendars/calendar.ts';
import { millisOf } from '../../../shared/platform/timestamp.ts';
import { isNeedless, needsLookaheadOnly } from '../../../shared/sync/needs.ts';
import type { SyncRequest } from '../../../shared/sync/sync-run.ts';
import type { SyncState } from '../../../shared/sync/sync-state.ts';
import { at, calendar, day, days, hour, liveChannel, minute, now, syncedState } from './sync-fixtures.ts';

const request = (trigger: SyncRequest['trigger'], more: Partial<SyncRequest> = {}): SyncRequest => ({
  calendar_id: calendar.id,
  trigger,
  sentAt: now,
  attempt: 1,
  remainingMs: () => 60_000,
  ...more,
});
const isDropped = (message: SyncRequest, sync: Partial<SyncState> = {}, state: Calendar['state'] = 'connected') =>
  isNeedless({ calendar: { ...calendar, state }, sync: { ...syncedState, ...sync } }, message, at(0));

describe('A message of the sync queue', () => {
  const servedAt = millisOf(syncedState.last_served_at ?? at(0));

  it('is served when it was sent before the last successful run began to read, by more than the clock skew', () => {
    expect(isDropped(request('push', { sentAt: servedAt - 201 }))).toBe(true);
    expect(isDropped(request('push', { sentAt: servedAt - 200 }))).toBe(false);
    expect(isDropped(request('manual', { sentAt: servedAt - 201 }))).toBe(true);
  });

  it('of pushes is served only when their bucket had closed before the run began to read', () => {
    const push = (bucketEndsAt: number) => request('push', { sentAt: servedAt - 600, bucket_ends_at: bucketEndsAt });
    expect(isDropped(push(servedAt - 200))).toBe(false);
    expect(isDropped(push(servedAt - 201))).toBe(true);
  });

  it('of a PATCH is served once a run has worked with the calendar as it is, however long ago it was sent', () => {
    const patch = request('patch', { sentAt: servedAt - hour });
    expect(isDropped(patch, { worked_version: at(-31 * day) })).toBe(false);
    expect(isDropped(patch, { worked_version: undefined })).toBe(false);
    expect(isDropped({ ...patch, sentAt: now }, { worked_version: calendar.updated_at })).toBe(true);
  });

  it('is never served before the first run', () => {
    expect(isDropped(request('push', { sentAt: 0 }), { last_served_at: undefined })).toBe(false);
  });

  it('is not served by a reading when it says something new about a channel', () => {
    const sentAt = servedAt - hour;
    const through = (id: string) => request('push', { sentAt, channel: { id, resource_id: 'resource' } });
    expect(isDropped(through(liveChannel.id))).toBe(true);
    expect(isDropped(through('unknown'))).toBe(false);
    expect(isDropped(through(liveChannel.id), { push: { channel: liveChannel, silent_since: at(-hour) } })).toBe(false);
    expect(isDropped(request('lifecycle', { sentAt }))).toBe(false);
  });

  it('waits for the end of a quiet pause, unless a request asks for a sync', () => {
    const paused = { not_before: at(minute) };
    expect(isDropped(request('push'), paused)).toBe(true);
    expect(isDropped(request('schedule'), paused)).toBe(true);
    expect(isDropped(request('patch'), { ...paused, worked_version: undefined })).toBe(false);
    expect(isDropped(request('push'), { not_before: at(0) })).toBe(false);
  });

  it('of a disconnected calendar is needless unless a PATCH asked for it, or set its timer', () => {
    expect(isDropped(request('push'), {}, 'disconnected')).toBe(true);
    expect(isDropped(request('lifecycle'), {}, 'disconnected')).toBe(true);
    expect(isDropped(request('schedule'), { due_at: undefined }, 'disconnected')).toBe(true);
    expect(isDropped(request('schedule'), {}, 'disconnected')).toBe(false);
    expect(isDropped(request('patch'), { worked_version: undefined }, 'disconnected')).toBe(false);
  });
});

describe('A run that only has to create prefetched events', () => {
  const due = {
    ...syncedState,
    lookahead_due_at: at(-minute),
    listing: { at: at(-hour), window: '1/28', until: at(29 * day) },
  };
  const needs = (sync: SyncState, more: { trigger?: SyncRequest['trigger']; calendar?: Calendar } = {}) =>
    needsLookaheadOnly(
      { calendar: more.calendar ?? calendar, request: request(more.trigger ?? 'schedule'), window: days },
      sync,
      now,
    );

  it('is a scheduled one of a calendar in order, whose window has reached an event', () => {
    expect(needs(due)).toBe(true);
    expect(needs(due, { trigger: 'push' })).toBe(false);
    expect(needs({ ...due, lookahead_due_at: at(minute) })).toBe(false);
  });

  it.each<[string, Partial<SyncState>]>([
    ['failed last', { last_attempted_sync_at: at(-minute) }],
    ['has no live channel', { push: { channel: { kind: 'none' } } }],
    ['has a silent channel', { push: { channel: liveChannel, silent_since: at(-hour) } }],
    ['has a channel to renew', { push: { channel: { ...liveChannel, renew_at: at(0) } } }],
    ['is to be listed', { listing: { at: at(-day), window: '1/28', until: at(29 * day) } }],
  ])('asks the provider when the calendar %s', (_name, change) => {
    expect(needs({ ...due, ...change })).toBe(false);
  });

  it('asks the provider when the calendar was changed since its last run', () => {
    expect(needs(due, { calendar: { ...calendar, updated_at: at(-minute) } })).toBe(false);
    expect(needs(due, { calendar: { ...calendar, state: 'disconnected' } })).toBe(false);
  });
});
