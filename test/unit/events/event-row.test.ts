import { deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { contentSchema } from '../../../shared/events/calendar-event.ts';
import { contentDictionary } from '../../../shared/events/content-dictionary.ts';
import {
  eventKey,
  packContent,
  readEventRow,
  readEventTimes,
  readStoredEvent,
  readUpcomingEvent,
} from '../../../shared/events/event-row.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { UnreadableRow } from '../../../shared/store/row.ts';
import { orderText, packedJson } from '../../../shared/store/stored-values.ts';
import { createEventContent } from '../../support/event-content.ts';

const [start, end, now] = [timestampOf(1_000), timestampOf(2_000), timestampOf(3_000, 5)];
const content = createEventContent({
  start_time: start,
  end_time: end,
  raw: { id: 'one', nested: { deep: [1, null] } },
});
const common = {
  ...eventKey('proj_1', 'cal_1', 'evt_1'),
  calendar_id: 'cal_1',
  is_deleted: false,
  series_id: null,
  content_hash: 'hash',
  content: packContent(content),
};
const visible = {
  ...common,
  by_start: orderText(start, 'evt_1'),
  by_end: orderText(end, 'evt_1'),
  by_created: orderText(now, 'evt_1'),
  by_updated: orderText(now, 'evt_1'),
};
const prefetched = { ...common, by_subset: orderText(start, 'evt_1'), ends_at: end };
const compared = {
  id: 'evt_1',
  content_hash: 'hash',
  is_deleted: false,
  series_id: null,
  start_time: start,
  end_time: end,
};

const pack = (value: object) => deflateSync(JSON.stringify(value), { dictionary: contentDictionary });

describe('the row of a visible event', () => {
  it('is read as the event, with its stamps from the orders', () => {
    expect(readEventRow({ ...visible, bot_ids: new Set(['bot_1']) })).toEqual({
      event: { ...content, id: 'evt_1', calendar_id: 'cal_1', is_deleted: false, created_at: now, updated_at: now },
      bot_ids: ['bot_1'],
      content_hash: 'hash',
      packed_bytes: visible.content.length,
    });
    expect(readEventRow(visible).bot_ids).toEqual([]);
  });

  it('is compared by its start and end', () => {
    expect(readStoredEvent(visible)).toEqual({ ...compared, is_upcoming: false });
    expect(readEventTimes({ by_end: visible.by_end })).toEqual({ end_time: end });
  });

  it.each([
    ['another id', { SK: 'cal_1' }],
    ['a time of another width', { by_updated: '1970-01-01T00:00:03.0000050Z#evt_1' }],
    ['content that is not compressed', { content: Buffer.from('{}') }],
    ['content without a start', { content: pack({ ...content, start_time: undefined }) }],
  ])('is unreadable with %s, and the error shows no value', (_, fault) => {
    expect(() => readEventRow({ ...visible, ...fault })).toThrow(UnreadableRow);
    expect(() => readEventRow({ ...visible, ...fault })).toThrow(
      /^event row EVENTS#proj_1#cal_1 \S+: [\w.]+: [\w<>#* :'-]+$/,
    );
  });
});

describe('the row of a prefetched event', () => {
  it('is compared by the start and end that no list shows', () => {
    expect(readStoredEvent(prefetched)).toEqual({ ...compared, is_upcoming: true });
    expect(readUpcomingEvent(prefetched)).toEqual({ id: 'evt_1', content, content_hash: 'hash' });
  });

  it('is not read as a visible event', () => {
    expect(() => readEventRow(prefetched)).toThrow(UnreadableRow);
  });
});

describe('a row that cannot be read', () => {
  it('is reported, differs from every content, and may lie at any time', () => {
    const reported: UnreadableRow[] = [];
    const row = { ...common, PK: 'EVENTS#a#b' };
    expect(readStoredEvent(row, (error) => reported.push(error))).toMatchObject({
      id: 'evt_1',
      content_hash: '',
      start_time: '0001-01-01T00:00:00.000000Z',
      end_time: '9999-12-31T23:59:59.999999Z',
      is_upcoming: false,
    });
    expect(reported.map(({ kind, key }) => [kind, key])).toEqual([['event', 'EVENTS#a#b evt_1']]);
  });
});

describe('packed content', () => {
  it('comes back as it was, whatever the provider sent', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (raw, name) => {
        const packed = packContent({ ...content, raw, name });
        const { content: read } = readUpcomingEvent({ ...prefetched, content: packed });
        expect(JSON.stringify(read)).toBe(JSON.stringify({ ...content, raw, name }));
      }),
    );
    const hostile = JSON.parse('{"__proto__":{"a":1},"constructor":2}') as Record<string, unknown>;
    const read = readUpcomingEvent({ ...prefetched, content: packContent({ ...content, raw: hostile }) });
    expect(JSON.stringify(read.content.raw)).toBe('{"__proto__":{"a":1},"constructor":2}');
  });

  it('is read by a later schema whose new field has a default', () => {
    const schema = contentSchema.extend({ location: z.string().nullable().default(null) });
    const later = packedJson(schema, contentDictionary);
    expect(z.decode(later, Buffer.from(common.content))).toEqual({ ...content, location: null });
  });
});
