import { describe, expect, it } from 'vitest';
import { readEventQuery } from '../../../shared/events/event-query.api.ts';

const read = (query: string) => readEventQuery(new URLSearchParams(query));
const timeError = (name: string, example = '2025-01-13T10:30:00Z') =>
  `Invalid ${name} format. Use ISO 8601 format (e.g., ${example})`;
const orderingError =
  'Invalid ordering. Allowed values: -updated_at, updated_at, start_time, -start_time, end_time, -end_time, created_at, -created_at';

describe('the query of the event list', () => {
  it('lists the last changed event first by default', () => {
    expect(read('')).toMatchObject({ ordering: { name: 'updated_at' }, ascending: false });
    expect(read('foo=1&limit=2')).toEqual(read(''));
  });

  it.each([
    ['updated_at_gte=2026-01-02', '2026-01-02T00:00:00.000000Z'],
    ['updated_after=2026-01-02', '2026-01-02T00:00:00.000000Z'],
    ['updated_at_gte=2026-01-02&updated_after=2026-01-03', '2026-01-02T00:00:00.000000Z'],
    ['updated_at_gte=2026-01-02&updated_after=bad', '2026-01-02T00:00:00.000000Z'],
    ['updated_at_gte=&updated_after=2026-01-03', '2026-01-03T00:00:00.000000Z'],
    ['updated_at_gte=2026-01-02T03:04:05%2B01:00', '2026-01-02T02:04:05.000000Z'],
    ['updated_at_gte=2026-01-01&updated_at_gte=2026-01-02', '2026-01-02T00:00:00.000000Z'],
  ])('reads %s', (query, time) => expect(read(query).updatedAtGte).toBe(time));

  it('ignores an empty updated_at_gte, but no other empty filter', () =>
    expect(read('updated_at_gte=').updatedAtGte).toBeNull());

  it.each([
    ['updated_at_gte=bad', timeError('updated_at_gte')],
    ['updated_at_gte=%20', timeError('updated_at_gte')],
    ['updated_after=', timeError('updated_at_gte')],
    ['updated_after=bad', timeError('updated_at_gte')],
    ['updated_at_gte=&updated_after=', timeError('updated_at_gte')],
    ['start_time_gte=', timeError('start_time_gte')],
    ['start_time_gte=2026-02-30', timeError('start_time_gte')],
    ['end_time_lte=', timeError('end_time_lte', '2025-01-13T18:00:00Z')],
    ['end_time_lte=%00', timeError('end_time_lte', '2025-01-13T18:00:00Z')],
    ['ordering=', orderingError],
    ['ordering=-', orderingError],
    ['ordering=--updated_at', orderingError],
    ['ordering=updated-at', orderingError],
    ['ordering=up-dated_at', orderingError],
    ['ordering=updated_at,start_time', orderingError],
    ['ordering=%20updated_at', orderingError],
    ['ordering=id', orderingError],
    ['ordering=updated_at&ordering=bad', orderingError],
  ])('refuses %s', (query, error) => {
    expect(() => read(query)).toThrow(expect.objectContaining({ code: 'invalid_query', message: error }));
  });

  it('takes a plus sign that was not escaped for what it was', () => {
    const escaped = read('updated_at_gte=2026-01-02T03:04:05%2B01:00').updatedAtGte;
    expect(read('updated_at_gte=2026-01-02T03:04:05+01:00').updatedAtGte).toBe(escaped);
    expect(escaped).toMatch(/^2026-01-02T02:04:05/);
  });

  it.each(['updated_at', 'start_time', 'end_time', 'created_at'])('orders by %s both ways', (name) => {
    expect(read(`ordering=${name}`)).toMatchObject({ ordering: { name }, ascending: true });
    expect(read(`ordering=-${name}`)).toMatchObject({ ordering: { name }, ascending: false });
  });

  it('distinguishes an empty filter from an absent one', () => {
    const absent = { calendarId: null, deduplicationKey: null, eventId: null };
    expect(read('')).toMatchObject(absent);
    expect(read('calendar_id=&calendar_deduplication_key=&event_id=')).toMatchObject({
      calendarId: '',
      deduplicationKey: '',
      eventId: '',
    });
  });
});
