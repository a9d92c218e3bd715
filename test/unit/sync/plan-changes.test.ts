import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  contentHash,
  type EventContent,
  type ProviderChange,
  type StoredEvent,
} from '../../../shared/events/calendar-event.ts';
import { eventIdOf } from '../../../shared/platform/ids.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { type PlanInput, type PlannedWrite, planChanges } from '../../../shared/sync/plan-changes.ts';
import { overlaps, syncWindowAt } from '../../../shared/sync/sync-window.ts';
import { createEventContent } from '../../support/event-content.ts';

const calendarId = 'cal_AAAAAAAAAAAAAAAA';
const now = Date.UTC(2026, 10, 21);
const day = 86_400_000;
const window = syncWindowAt(now, { pastDays: 1, futureDays: 28 });
const volatile = ['etag'];

const event = (uuid: string, startDay: number, name = uuid, series: string | null = null): EventContent =>
  createEventContent({
    platform_uuid: uuid,
    start_time: timestampOf(now + startDay * day),
    end_time: timestampOf(now + startDay * day + 3_600_000),
    name,
    recurring_event_id: series,
    raw: { id: uuid },
  });

/** What the store holds after the writes. */
function apply(stored: ReadonlyMap<string, StoredEvent>, writes: PlannedWrite[]): Map<string, StoredEvent> {
  const next = new Map(stored);
  for (const write of writes) {
    if (write.type === 'deleted') {
      const row = next.get(write.id);
      if (row) next.set(write.id, { ...row, is_deleted: true });
    } else if (write.type === 'dropped') {
      next.delete(write.id);
    } else {
      const { content } = write;
      next.set(write.id, {
        id: write.id,
        content_hash: write.content_hash,
        is_deleted: false,
        series_id: content.recurring_event_id,
        start_time: content.start_time,
        end_time: content.end_time,
        is_upcoming: write.type === 'prefetched',
      });
    }
  }
  return next;
}

const planOf = (
  changes: ProviderChange[],
  stored: ReadonlyMap<string, StoredEvent>,
  kind: PlanInput['kind'] = 'delta',
) => planChanges({ calendarId, changes, stored, window, kind, volatile });
const plan = (...input: Parameters<typeof planOf>) => planOf(...input).writes;
const doubted = (...input: Parameters<typeof planOf>) =>
  planOf(...input).doubts.map(({ row, doubt }) => `${doubt} ${row.id}`);
const removed = (platform_uuid: string, isProven = true): ProviderChange => ({
  kind: 'removed',
  platform_uuid,
  isProven,
});
const store = (...events: EventContent[]) =>
  apply(
    new Map(),
    plan(
      events.map((one) => ({ kind: 'event', event: one })),
      new Map(),
    ),
  );
const living = (stored: ReadonlyMap<string, StoredEvent>) =>
  [...stored.values()]
    .filter((row) => !row.is_deleted && !row.is_upcoming && overlaps(row, window))
    .map(({ id }) => id)
    .sort();
const types = (writes: PlannedWrite[]) => writes.map(({ type }) => type);

describe('A plan of a delta', () => {
  it('creates new events in the window, and ignores those outside of it', () => {
    expect(
      types(
        plan(
          [
            { kind: 'event', event: event('a', 1) },
            { kind: 'event', event: event('far', 99) },
          ],
          new Map(),
        ),
      ),
    ).toEqual(['created']);
  });

  it('follows a known event out of the window', () => {
    expect(types(plan([{ kind: 'event', event: event('a', 99) }], store(event('a', 1))))).toEqual(['changed']);
  });

  it('writes nothing for equal content, also when only volatile fields of raw moved', () => {
    const same = { ...event('a', 1), raw: { id: 'a', etag: 'other' } };
    expect(plan([{ kind: 'event', event: same }], store(event('a', 1)))).toEqual([]);
    expect(contentHash(same, volatile)).toBe(contentHash(event('a', 1), volatile));
    expect(contentHash(same, [])).not.toBe(contentHash(event('a', 1), []));
  });

  it('deletes a series with its instances, once, and leaves unknown ids alone', () => {
    const stored = store(event('s_1', 1, 'x', 's'), event('s_2', 2, 'x', 's'), event('t_1', 2, 'x', 't'));
    const writes = plan([removed('s'), removed('nobody')], stored);
    expect(types(writes)).toEqual(['deleted', 'deleted']);
    expect(living(apply(stored, writes))).toEqual([eventIdOf(calendarId, 't_1')]);
  });

  it('removes instances that a series no longer has, and the single event it was made of', () => {
    const stored = store(
      event('s', 1),
      event('s_1', 2, 'x', 's'),
      event('s_2', 3, 'x', 's'),
      event('t_1', 2, 'x', 't'),
    );
    const writes = plan([{ kind: 'series', platform_uuid: 's', instances: ['s_2'] }, removed('s_1')], stored);
    const gone = writes.map(({ id }) => id).sort();
    expect(gone).toEqual([eventIdOf(calendarId, 's'), eventIdOf(calendarId, 's_1')].sort());
    expect(types(writes)).toEqual(['deleted', 'deleted']);
  });

  it('removes the instances of a series that has become a single event', () => {
    const stored = store(event('s_1', 1, 'x', 's'), event('s_2', 2, 'x', 's'));
    const writes = plan([{ kind: 'event', event: event('s', 1) }], stored);
    expect(types(writes)).toEqual(['created', 'deleted', 'deleted']);
  });

  it('keeps an instance that comes with its series’ removal, and brings a deleted event back', () => {
    const stored = store(event('s_1', 1, 'x', 's'));
    const kept = plan([{ kind: 'event', event: event('s_1', 1, 'x', 's') }, removed('s')], stored);
    expect(kept).toEqual([]);
    const deleted = apply(stored, plan([removed('s_1')], stored));
    expect(types(plan([{ kind: 'event', event: event('s_1', 1, 'x', 's') }], deleted))).toEqual(['changed']);
  });

  it('uses the last of several changes of an event', () => {
    const changes: ProviderChange[] = [
      { kind: 'event', event: event('a', 1, 'first') },
      removed('a'),
      { kind: 'event', event: event('a', 1, 'last') },
    ];
    const writes = plan(changes, new Map());
    expect(writes).toMatchObject([{ type: 'created', content: { name: 'last' } }]);
  });
});

describe('A plan without a positive word', () => {
  const stored = store(event('a', 1), event('s_1', 1, 'x', 's'), event('s_2', 2, 'x', 's'), event('ahead', 28.5));
  const [a, first, second] = ['a', 's_1', 's_2'].map((uuid) => eventIdOf(calendarId, uuid));

  it('doubts the deletion of a visible event, and drops a prefetched one', () => {
    expect(types(plan([removed('a', false), removed('ahead', false)], stored))).toEqual(['dropped']);
    expect(doubted([removed('a', false)], stored)).toEqual([`event ${a}`]);
    expect(doubted([removed('s', false)], stored)).toEqual([`series ${first}`, `series ${second}`]);
    expect(doubted([{ kind: 'series', platform_uuid: 's', instances: ['s_2'] }], stored)).toEqual([`event ${first}`]);
    expect(doubted([{ kind: 'suspect', platform_uuid: 's' }, removed('s_1')], stored)).toEqual([`suspect ${second}`]);
  });

  it('doubts nothing that the provider reports, or that a look-up has found or proven deleted', () => {
    const change: ProviderChange = { kind: 'event', event: event('a', 99) };
    expect(doubted([removed('s', false), removed('s_1'), { kind: 'exists', platform_uuid: 's_2' }], stored)).toEqual(
      [],
    );
    expect(types(plan([change], stored))).toEqual(['changed']);
    expect(doubted([change], stored)).toEqual([]);
  });
});

describe('A plan of a listing', () => {
  it('doubts stored events in the window that are not listed, and leaves the past alone', () => {
    const stored = store(event('a', 1), event('b', 2));
    const past = {
      ...([...stored.values()][0] as StoredEvent),
      id: 'evt_past' as const,
      start_time: timestampOf(now - 9 * day),
      end_time: timestampOf(now - 8 * day),
    };
    const listed: Parameters<typeof planOf> = [
      [{ kind: 'event', event: event('a', 1) }],
      new Map([...stored, ['evt_past', past]]),
      'listing',
    ];
    expect(plan(...listed)).toEqual([]);
    expect(doubted(...listed)).toEqual([`series ${eventIdOf(calendarId, 'b')}`]);
  });
});

describe('Ahead of the window', () => {
  const ahead = event('ahead', 28.5);
  const id = eventIdOf(calendarId, 'ahead');

  it('an event is prefetched, unseen, and created when the window reaches it', () => {
    const stored = store(ahead);
    expect([...stored.values()]).toMatchObject([{ id, is_upcoming: true }]);
    expect(plan([{ kind: 'event', event: ahead }], stored)).toEqual([]);
    const later = syncWindowAt(now + day, { pastDays: 1, futureDays: 28 });
    const writes = planChanges({
      calendarId,
      changes: [{ kind: 'event', event: ahead }],
      stored,
      window: later,
      kind: 'listing',
      volatile,
    });
    expect(types(writes.writes)).toEqual(['created']);
  });

  it('an event that is moved into the window is created, and one moved far away or removed is dropped', () => {
    const stored = store(ahead);
    expect(types(plan([{ kind: 'event', event: event('ahead', 2) }], stored))).toEqual(['created']);
    expect(types(plan([{ kind: 'event', event: event('ahead', 28.6) }], stored))).toEqual(['prefetched']);
    expect(types(plan([{ kind: 'event', event: event('ahead', 90) }], stored))).toEqual(['dropped']);
    expect(types(plan([removed('ahead')], stored))).toEqual(['dropped']);
    expect(types(plan([], stored, 'listing'))).toEqual(['dropped']);
  });
});

const anyEvent = fc
  .record({
    uuid: fc.constantFrom('a', 'b', 'c', 's_1', 's_2'),
    at: fc.integer({ min: -5, max: 40 }),
    name: fc.constantFrom('x', 'y'),
  })
  .map(({ uuid, at, name }) => event(uuid, at, name, uuid.startsWith('s_') ? 's' : null));
const anyChange: fc.Arbitrary<ProviderChange> = fc.oneof(
  anyEvent.map((one) => ({ kind: 'event' as const, event: one })),
  fc.constantFrom('a', 'b', 's', 's_1').map((uuid) => removed(uuid)),
);
const uuidOf = (change: ProviderChange) =>
  change.kind === 'event' ? change.event.platform_uuid : change.platform_uuid;

describe('For any changes', () => {
  it('a plan applied to its own outcome plans nothing', () => {
    fc.assert(
      fc.property(
        fc.array(anyEvent),
        fc.array(anyChange),
        fc.constantFrom('delta' as const, 'listing' as const),
        (before, changes, kind) => {
          const stored = store(...before);
          const after = apply(stored, plan(changes, stored, kind));
          expect(plan(changes, after, kind)).toEqual([]);
        },
      ),
    );
  });

  it('the order of changes about different events does not matter', () => {
    const distinct = fc.uniqueArray(anyChange, { selector: uuidOf });
    fc.assert(
      fc.property(fc.array(anyEvent), distinct, (before, changes) => {
        const stored = store(...before);
        const forward = apply(stored, plan(changes, stored));
        const backward = apply(stored, plan([...changes].reverse(), stored));
        expect(backward).toEqual(forward);
      }),
    );
  });

  it('after a listing and its look-ups the living window is exactly what was listed', () => {
    fc.assert(
      fc.property(
        fc.array(anyEvent),
        fc.uniqueArray(anyEvent, { selector: ({ platform_uuid }) => platform_uuid }),
        (before, listed) => {
          const stored = store(...before);
          const changes = listed.map((one): ProviderChange => ({ kind: 'event', event: one }));
          const uuids = ['a', 'b', 'c', 's_1', 's_2'];
          const gone = planOf(changes, stored, 'listing').doubts.flatMap(({ row }) =>
            uuids.filter((uuid) => eventIdOf(calendarId, uuid) === row.id).map((uuid) => removed(uuid)),
          );
          const after = apply(stored, plan([...changes, ...gone], stored, 'listing'));
          const expected = listed
            .filter((one) => overlaps(one, window))
            .map((one) => eventIdOf(calendarId, one.platform_uuid));
          expect(living(after)).toEqual(expected.sort());
        },
      ),
    );
  });
});
