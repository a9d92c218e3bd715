import { describe, expect, it } from 'vitest';
import { type FollowedEvent, followEvent } from '../../../shared/bots/follow-event.ts';
import { afterStart, createBotValue, createStagedBot } from './create-bot-value.ts';

const bot = createBotValue();
const event: FollowedEvent = { is_deleted: false, start_time: bot.join_at, meeting_url: bot.meeting_url };
const before = afterStart(-600);
const late = afterStart(300);

describe('a bot before its meeting', () => {
  it('stays as it is while time and link of its event are the same', () => {
    expect(followEvent(bot, event, before)).toEqual({ kind: 'keep' });
    expect(followEvent(bot, event, late)).toEqual({ kind: 'keep' });
  });

  it('moves with time and link of its event, also after its hand-off', () => {
    const moved = { ...event, start_time: afterStart(3600), meeting_url: 'https://zoom.us/j/987654321' };
    const move = { kind: 'move', join_at: moved.start_time, meeting_url: moved.meeting_url };
    expect(followEvent(bot, moved, before)).toEqual(move);
    expect(followEvent(createStagedBot(), moved, before)).toEqual(move);
  });

  it('gets a link that is corrected after the start', () => {
    const corrected = { ...event, meeting_url: 'https://zoom.us/j/987654321' };
    expect(followEvent(bot, corrected, late)).toMatchObject({ kind: 'move', join_at: bot.join_at });
  });

  it('is removed when its event is deleted, gone, without a link, or moved into the past', () => {
    const reasonOf = (now: typeof event | null, at = before) => followEvent(bot, now, at);
    expect(reasonOf({ ...event, is_deleted: true })).toEqual({ kind: 'remove', reason: 'event_deleted' });
    expect(reasonOf(null)).toEqual({ kind: 'remove', reason: 'event_deleted' });
    expect(reasonOf({ ...event, meeting_url: null })).toEqual({ kind: 'remove', reason: 'meeting_url_removed' });
    const past = { ...event, start_time: afterStart(-601) };
    expect(reasonOf(past)).toEqual({ kind: 'remove', reason: 'event_in_past' });
    expect(reasonOf({ ...event, start_time: before })).toMatchObject({ kind: 'move' });
  });
});

it('a bot that has joined or is removed follows its event no more', () => {
  const joined = createStagedBot({}, { state: 'joined_recording' });
  const removed = createBotValue({ removed: { at: before, reason: 'event_deleted', parked: true } });
  for (const other of [joined, removed]) expect(followEvent(other, null, before)).toEqual({ kind: 'keep' });
});
