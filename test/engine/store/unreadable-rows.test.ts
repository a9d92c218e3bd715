import { deflateSync, inflateSync } from 'node:zlib';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { createBot } from '../../../shared/bots/create-bot.ts';
import { calendarKey } from '../../../shared/calendars/calendar-row.ts';
import { findCalendar } from '../../../shared/calendars/calendar-store.ts';
import { listCalendars } from '../../../shared/calendars/list-calendars.ts';
import { eventKey } from '../../../shared/events/event-row.ts';
import { findEvent } from '../../../shared/events/event-store.ts';
import { type RowKey, UnreadableRow } from '../../../shared/store/row.ts';
import { showCalendarHealth } from '../../../shared/sync/calendar-health.api.ts';
import { stateDictionary } from '../../../shared/sync/sync-state-dictionary.ts';
import { syncStateKey } from '../../../shared/sync/sync-state-row.ts';
import { type ConnectedCalendar, connectCalendar } from '../../support/connected-calendar.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();

const hour = 3_600_000;
const fraction = '2026-11-27T10:00:00.0005000Z';

/** What may be wrong with an attribute; undefined removes it. */
type Break = Record<string, unknown>;

describe.each(['google', 'microsoft'] as const)('A row of a calendar of %s that cannot be read', (platform) => {
  let calendar: ConnectedCalendar;
  let harness: ConnectedCalendar['harness'];
  let reported: UnreadableRow[];

  beforeEach(async () => {
    calendar = await connectCalendar(stack, platform);
    ({ harness } = calendar);
    reported = [];
    harness.table.report = (row) => reported.push(row);
    harness.deps.table.report = harness.table.report;
    for (const name of ['one', 'two', 'three']) calendar.user.insert(name, 30);
    await calendar.sync('create');
    // With it, the sync of later changes sees that the provider was read since.
    stack.local.advanceClock(60_000);
  });

  const damage = async (key: RowKey, wrong: Break | ((content: Uint8Array) => Break)): Promise<void> => {
    const { client, name } = harness.table;
    const { Item } = await client.send(new GetCommand({ TableName: name, Key: key, ConsistentRead: true }));
    const attributes = typeof wrong === 'function' ? wrong(Item?.['content'] as Uint8Array) : wrong;
    await client.send(new PutCommand({ TableName: name, Item: { ...Item, ...attributes } }));
  };
  const keyOf = async (name: string): Promise<RowKey> => {
    const event = (await calendar.byName(name)) ?? expect.fail(`no ${name}`);
    return eventKey(harness.projectId, calendar.id, event.id);
  };
  const names = async () => (await calendar.stored()).map(({ name }) => String(name)).sort((a, b) => (a < b ? -1 : 1));
  const relist = async () => {
    stack.local.advanceClock(25 * hour);
    expect(await calendar.sync('schedule')).toEqual({ kind: 'ok' });
  };

  describe('of an event', () => {
    it.each<[string, Break]>([
      ['content that is garbage', { content: new Uint8Array([1, 2, 3]) }],
      ['content of another format', { content: 'plain text' }],
      ['no content', { content: undefined, large_content: undefined }],
      ['a creation with a fraction of a microsecond', { by_created: `${fraction}#evt` }],
      ['no content hash', { content_hash: undefined }],
      ['an end that is no time', { by_end: 'soon' }],
      ['a deletion mark that is a text', { is_deleted: 'no' }],
      ['bots that are a number', { bot_ids: 7 }],
      [
        'nothing but its key and orders',
        { content: undefined, large_content: undefined, content_hash: undefined, calendar_id: undefined },
      ],
    ])(
      'with %s is left out of lists and answered clearly, and the next listing writes it again',
      async (_what, broken) => {
        const key = await keyOf('two');
        await damage(key, broken);
        const isVisible = 'content_hash' in broken && !('content' in broken);
        const isListed = (await names()).includes('two');
        expect(await names()).toEqual(expect.arrayContaining(['one', 'three']));
        if (!isVisible && !('by_end' in broken)) {
          expect(isListed).toBe(false);
          await expect(findEvent(harness.table, harness.projectId, key.SK)).rejects.toThrow(UnreadableRow);
          expect(reported.map((row) => row.key)).toContain(`${key.PK} ${key.SK}`);
        }
        // Other changes arrive.
        calendar.user.insert('four', 31);
        expect(await calendar.sync()).toEqual({ kind: 'ok' });
        expect(await names()).toContain('four');

        await relist();
        expect(await names()).toEqual(['four', 'one', 'three', 'two']);
        reported.length = 0;
        await calendar.expectEqualWindows();
        expect((await findEvent(harness.table, harness.projectId, key.SK))?.event.name).toBe('two');
        expect(await calendar.sync('schedule')).toEqual({ kind: 'ok' });
        expect(reported).toEqual([]);
      },
    );

    it('is written again by a change of it, keeps its bots, and they follow it', async () => {
      const { user } = calendar;
      const id = user.insert('with a bot', 40, 'https://zoom.us/j/123456789');
      await calendar.sync();
      const event = (await calendar.byName('with a bot')) ?? expect.fail('not stored');
      await createBot(
        { ...harness.deps, ruleQueue: { sendEvent: async () => {} }, hasBotRules: async () => false } as never,
        harness.projectId,
        { calendar_event_id: event.id, bot_name: 'bot' },
      );
      await damage(eventKey(harness.projectId, calendar.id, event.id), { content: new Uint8Array([1]) });
      user.move(id, 44);
      expect(await calendar.sync()).toEqual({ kind: 'ok' });
      const moved = (await calendar.byName('with a bot')) ?? expect.fail('not stored');
      expect(moved.bots.map(({ join_at }) => join_at)).toEqual([moved.start_time]);
      await calendar.expectEqualWindows();
    });

    it('is deleted, and its deletion announced, when the provider reports that', async () => {
      const id = calendar.user.insert('to go', 40);
      await calendar.sync();
      const key = await keyOf('to go');
      await damage(key, { content: new Uint8Array([1]) });
      calendar.user.remove(id);
      expect(await calendar.sync()).toEqual({ kind: 'ok' });
      expect(calendar.counts().at(-1)).toEqual([0, 0, 1]);
      expect((await findEvent(harness.table, harness.projectId, key.SK))?.event.is_deleted).toBe(true);
    });
  });

  describe('of the sync state', () => {
    const packed =
      (wrong: Break) =>
      (content: Uint8Array): Break => {
        const fields = JSON.parse(inflateSync(content, { dictionary: stateDictionary }).toString()) as Break;
        return { content: deflateSync(JSON.stringify({ ...fields, ...wrong }), { dictionary: stateDictionary }) };
      };
    it.each<[string, Break | ((content: Uint8Array) => Break)]>([
      ['a version that is a text', { version: 'seven' }],
      ['no version', { version: undefined }],
      ['a due time with a fraction', { due_at: fraction }],
      ['content that is garbage', { content: new Uint8Array([1, 2, 3]) }],
      ['no content', { content: undefined }],
      ['a time with a fraction', packed({ last_served_at: fraction })],
      ['a channel of another format', packed({ push: { channel: { kind: 'none at all' } } })],
      ['runs that are garbage', packed({ runs: 'garbage' })],
      ['a sync token of another format', packed({ sync_token: 'token' })],
    ])(
      'with %s does not hide the calendar, and the next run lists it and writes the state again',
      async (_what, broken) => {
        await damage(syncStateKey(calendar.id), broken);
        const found = (await findCalendar(harness.table, harness.projectId, calendar.id)) ?? expect.fail('hidden');
        expect(showCalendarHealth(found, stack.local.now()).push_status).toMatch(/active|polling|failing/);
        expect(reported.map(({ kind }) => kind)).toContain('sync state');
        calendar.user.insert('four', 31);
        expect(await calendar.sync()).toEqual({ kind: 'ok' });
        await calendar.expectEqualWindows();
        reported.length = 0;
        expect((await calendar.load()).sync.sync_token).toBeDefined();
        expect(await calendar.sync('manual')).toEqual({ kind: 'ok' });
        expect(reported).toEqual([]);
        // What the repaired state has announced is noted.
        expect((await calendar.load()).outbox).toEqual([]);
      },
    );
  });

  it('of the calendar itself hides no other calendar of the project', async () => {
    const other = await harness.connect(calendar.user);
    await damage(calendarKey(calendar.id), { created_at: fraction });
    const list = await listCalendars(harness.table, harness.projectId, { deduplicationKey: undefined, cursor: null });
    expect(list.rows.map((row) => row.calendar.id)).toEqual([other.id]);
    await expect(findCalendar(harness.table, harness.projectId, calendar.id)).rejects.toThrow(UnreadableRow);
    expect(await harness.deliver(other.id, 'create')).toEqual({ kind: 'ok' });
  });

  it('of the outbox, the change feed or the sync log stops nothing', async () => {
    const { client, name } = harness.table;
    const { PK } = calendarKey(calendar.id);
    await client.send(new PutCommand({ TableName: name, Item: { PK, SK: 'OUTBOX#broken', notification: '{' } }));
    const mark = { PK: `CHANGES#${harness.projectId}`, SK: 'COMMIT_TERMS' };
    await client.send(new PutCommand({ TableName: name, Item: { ...mark, mark: 7 } }));
    await client.send(
      new UpdateCommand({
        TableName: name,
        Key: { PK, SK: `${fraction}#run` },
        UpdateExpression: 'SET #runs = :runs',
        ExpressionAttributeNames: { '#runs': 'runs' },
        ExpressionAttributeValues: { ':runs': 'garbage' },
      }),
    );
    calendar.user.insert('four', 31);
    expect(await calendar.sync()).toEqual({ kind: 'ok' });
    await calendar.expectEqualWindows();
    expect(reported.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['outbox notification', 'commit terms']));
  });
});
