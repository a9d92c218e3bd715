import { describe, expect, it } from 'vitest';
import type { EventChange } from '../../../shared/events/change-feed/event-change.ts';
import { entriesToSend } from '../../../shared/sync/calendar-notifications.ts';
import { addToSummary, decideCommit } from '../../../shared/sync/decide-commit.ts';
import { withEntries, withoutEntries } from '../../../shared/sync/state-outbox.ts';
import { createEventContent } from '../../support/event-content.ts';
import { at, calendar, minute, syncedState } from './sync-fixtures.ts';

const empty = { sync_id: 'run', created: 0, changed: 0, deleted: 0, since: at(0) };
const change = (type: EventChange['type'], updated_at = at(0)): EventChange => ({
  type,
  changed_fields: [],
  event: {
    ...createEventContent({}),
    id: 'evt_AAAAAAAAAAAAAAAA',
    calendar_id: calendar.id,
    is_deleted: type === 'deleted',
    created_at: at(-minute),
    updated_at,
  },
});
const lost = {
  error: 'Google Authentication error: revoked',
  timestamp: at(-minute),
  code: 'authorization_revoked' as const,
  provider_code: 'invalid_grant',
  action: 'Connect again.',
};

/** Nothing is announced beside the changes. */
const quiet = { hasBotRules: false, reconnect: null, recoveredId: null, firstId: null };

describe('The summary of a run', () => {
  it('counts all its commits, since the first change of the first one', () => {
    const first = addToSummary(empty, [change('created', at(1)), change('deleted', at(2))]);
    expect(first).toEqual({ ...empty, created: 1, deleted: 1, since: at(1) });
    expect(addToSummary(first, [change('changed', at(3))])).toEqual({ ...first, changed: 1 });
  });
});

describe('The outbox of a sync state', () => {
  const changes = { changes: { ...empty, created: 1 } };
  const message = {
    id: 'bots',
    message: { kind: 'calendar' as const, calendar_id: calendar.id, project_id: calendar.project_id },
  };

  it('has one entry for the changes of a run: that of the last commit covers those before it', () => {
    const later = { changes: { ...empty, created: 2 } };
    expect(withEntries([changes, message], [later])).toEqual([later, message]);
    expect(withEntries(undefined, [])).toBeUndefined();
  });

  it('keeps what is not sent', () => {
    expect(withoutEntries([changes, message], ['run'])).toEqual([message]);
    expect(withoutEntries([changes, message], ['run', 'bots'])).toBeUndefined();
  });
});

describe('A commit', () => {
  it('announces the changes of its run so far under the key of the run', () => {
    const summary = { ...empty, created: 2, since: at(1) };
    const { state, connection } = decideCommit(calendar, syncedState, {
      changes: [change('created', at(5))],
      summary,
      ...quiet,
    });
    expect(state.outbox).toEqual([{ changes: summary }]);
    expect(entriesToSend(calendar, state)).toMatchObject([
      {
        id: 'run',
        notification: {
          project_id: calendar.project_id,
          payload: {
            idempotency_key: 'run',
            calendar_id: calendar.id,
            calendar_deduplication_key: 'one',
            calendar_metadata: { team: 'sales' },
            trigger: 'calendar.events_update',
            data: { state: 'connected', sync_id: 'run', created: 2, changed: 0, deleted: 0 },
          },
        },
      },
    ]);
    expect(state.last_change_at).toBe(at(5));
    expect(connection).toBeUndefined();
  });

  it('of a project with bot rules says so in its notification, outside the webhook', () => {
    const { state } = decideCommit(calendar, syncedState, {
      changes: [change('created', at(5))],
      summary: { ...empty, created: 1, since: at(1) },
      ...quiet,
      hasBotRules: true,
    });
    const [entry] = entriesToSend(calendar, state);
    expect(entry).toMatchObject({
      notification: { has_bot_rules: true, payload: { trigger: 'calendar.events_update' } },
    });
  });

  it('announces nothing when users see no change', () => {
    const decision = decideCommit(calendar, syncedState, { changes: [], summary: empty, ...quiet });
    expect(decision).toEqual({ state: syncedState });
  });

  it('that reconnects announces the connection, and asks for the calendar’s bots after it', () => {
    const disconnected = { ...calendar, state: 'disconnected' as const, connection_failure_data: lost };
    const reconnect = { at: at(0), id: 'connected', messageId: 'bots' };
    const { state, connection } = decideCommit(disconnected, syncedState, {
      changes: [],
      summary: empty,
      ...quiet,
      reconnect,
    });
    expect(connection).toEqual({ state: 'connected', connection_failure_data: null, updated_at: at(0) });
    expect(state.outbox).toMatchObject([
      {
        id: 'connected',
        notification: {
          payload: {
            trigger: 'calendar.state_change',
            data: { state: 'connected', connection_failure_data: null },
          },
        },
      },
      { id: 'bots', message: { kind: 'calendar', calendar_id: calendar.id, project_id: calendar.project_id } },
    ]);
  });

  it('announces the first sync of a calendar, and that a failing one is synced again', () => {
    const announced = (more: object) =>
      decideCommit(calendar, syncedState, { changes: [], summary: empty, ...quiet, ...more }).state.outbox;
    expect(announced({ firstId: 'first' })).toMatchObject([
      { id: 'first', notification: { payload: { idempotency_key: 'first', trigger: 'calendar.first_sync' } } },
    ]);
    expect(announced({ recoveredId: 'again' })).toMatchObject([
      { notification: { payload: { trigger: 'calendar.sync_recovered', data: { sync_error: null } } } },
    ]);
  });
});
