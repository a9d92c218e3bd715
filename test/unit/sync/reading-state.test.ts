import { describe, expect, it } from 'vitest';
import { type ReadingState, readingDueAt, tryAgain } from '../../../shared/sync/reading-state.ts';
import { rememberReading } from '../../../shared/sync/remember-reading.ts';
import { at, hour, minute, now } from './sync-fixtures.ts';

const calm: ReadingState = { token_failures: 0 };
type Given = Parameters<typeof rememberReading>[1];
const remember = (before: ReadingState, set: Partial<Given['set']> = {}, looked: Partial<Given['looked']> = {}) =>
  rememberReading(
    before,
    {
      set: { kind: 'delta', skippedSeries: [], isIncomplete: false, ...set },
      looked: { open: [], hasAnswers: false, isRefuted: false, ...looked },
    },
    now,
  );

it('Pauses between tries double, up to the longest', () => {
  let again: ReturnType<typeof tryAgain> | undefined;
  const pauses = Array.from({ length: 5 }, () => {
    again = tryAgain(again, now, 6 * minute);
    return again.next_try_at;
  });
  expect(pauses).toEqual([1, 2, 4, 6, 6].map((minutes) => at(minutes * minute)));
});

describe('A series that could not be read', () => {
  const waiting: ReadingState = { ...calm, skipped_series: { ids: ['a'], tries: 2, next_try_at: at(minute) } };
  const due: ReadingState = { ...calm, skipped_series: { ids: ['a'], tries: 2, next_try_at: at(0) } };

  it('is remembered with the next try', () => {
    expect(remember(calm, { skippedSeries: ['a'] }).skipped_series).toEqual({
      ids: ['a'],
      tries: 1,
      next_try_at: at(minute),
    });
  });

  it('waits for its time, to which others are added', () => {
    expect(remember(waiting).skipped_series).toEqual(waiting.skipped_series);
    expect(remember(waiting, { skippedSeries: ['b'] }).skipped_series).toMatchObject({ ids: ['b', 'a'], tries: 2 });
  });

  it('is forgotten once it was read, or listed', () => {
    expect(remember(due).skipped_series).toBeUndefined();
    expect(remember(waiting, { kind: 'listing' }).skipped_series).toBeUndefined();
    expect(remember(due, { skippedSeries: ['a'] }).skipped_series).toMatchObject({
      tries: 3,
      next_try_at: at(4 * minute),
    });
  });
});

describe('An event that could not be looked up', () => {
  const doubted: ReadingState = { ...calm, doubted: { ids: ['evt_A'], tries: 3, next_try_at: at(0) } };
  const waiting: ReadingState = { ...calm, doubted: { ids: ['evt_A'], tries: 3, next_try_at: at(minute) } };

  it('waits longer with each try, but not while others have answers', () => {
    expect(remember(calm, {}, { open: ['evt_A'] }).doubted).toEqual({
      ids: ['evt_A'],
      tries: 1,
      next_try_at: at(minute),
    });
    expect(remember(doubted, {}, { open: ['evt_A'] }).doubted).toMatchObject({ tries: 4, next_try_at: at(8 * minute) });
    expect(remember(doubted, {}, { open: ['evt_A'], hasAnswers: true }).doubted).toMatchObject({ tries: 1 });
  });

  it('is kept until its time, and forgotten when it has an answer', () => {
    expect(remember(waiting).doubted).toEqual(waiting.doubted);
    expect(remember(doubted, {}, { hasAnswers: true }).doubted).toBeUndefined();
  });
});

describe('A listing', () => {
  it('is repeated when a look-up has refuted it, or when it is incomplete, until one is neither', () => {
    const wrong = remember(calm, { kind: 'listing' }, { isRefuted: true });
    expect(wrong.relisting).toEqual({ tries: 1, next_try_at: at(minute) });
    expect(remember(wrong).relisting).toEqual(wrong.relisting);
    expect(remember(wrong, { kind: 'listing', isIncomplete: true }).relisting).toMatchObject({ tries: 2 });
    expect(remember(wrong, { kind: 'listing' }).relisting).toBeUndefined();
  });
});

it('A reading is due when the first of what it has left open is', () => {
  expect(readingDueAt(calm)).toBeUndefined();
  const open: ReadingState = {
    ...calm,
    relisting: { tries: 1, next_try_at: at(3 * hour) },
    skipped_series: { ids: ['a'], tries: 1, next_try_at: at(2 * hour) },
    delta_unavailable: { since: at(0), provider_code: 'code', next_try_at: at(hour) },
  };
  expect(readingDueAt(open)).toBe(at(hour));
  // While listings fail, another one waits as well.
  const failing = { relisting: open.relisting, failed_listing: { tries: 1, next_try_at: at(5 * hour) } };
  expect(readingDueAt({ ...calm, ...failing })).toBe(at(5 * hour));
});
