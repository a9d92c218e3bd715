import { describe, expect, it } from 'vitest';
import type { Bot, HandOff } from '../../../shared/bots/bot.ts';
import { nextBotStep } from '../../../shared/bots/next-bot-step.ts';
import { scheduleBot } from '../../../shared/bots/schedule-bot.ts';
import { parseTimestamp, type Timestamp, timestampOf } from '../../../shared/platform/timestamp.ts';

const joinAt = Date.parse('2035-01-01T10:00:00Z');
const leadMs = 120_000;
/** So many seconds after the bot is to be in its meeting. */
const after = (seconds: number): Timestamp => timestampOf(joinAt + seconds * 1000);

function arrange(handOff: Partial<HandOff> | null, given: Partial<Bot> = {}): Bot {
  const meeting = { calendar_id: null, calendar_event_id: null, meeting_url: 'https://zoom.us/j/1', join_at: after(0) };
  const bot = scheduleBot({ id: 'bot_1', projectId: 'proj_1', at: after(-3600) }, meeting, { bot_name: 'a' });
  const all: HandOff = {
    id: '1',
    runner: 'webhook',
    at: after(-120),
    revision: 1,
    delivered_revision: 0,
    withdrawn: false,
    ...handOff,
  };
  return { ...bot, ...(handOff && { state: 'staged', hand_off: all }), ...given };
}
const step = (bot: Bot, seconds: number) => nextBotStep(bot, after(seconds), leadMs);
const refused = { count: 5, code: 'webhook_answered_503', retry_at: after(599) };

describe('a scheduled bot', () => {
  it('waits for its hand-off, and is given up only ten minutes after its start', () => {
    expect(step(arrange(null), -121)).toEqual({ kind: 'wait', until: after(-120) });
    expect(step(arrange(null), -120)).toEqual({ kind: 'hand_off' });
    expect(step(arrange(null), 600)).toEqual({ kind: 'hand_off' });
    expect(step(arrange(null), 601)).toEqual({ kind: 'give_up', reason: 'handed_off_too_late' });
  });
});

describe('a bot that was handed off', () => {
  it('is tried until ten minutes after its start, and then says what was in the way', () => {
    expect(step(arrange({ failures: refused }), 600)).toEqual({ kind: 'dispatch' });
    expect(step(arrange({ failures: refused }), 601)).toEqual({ kind: 'give_up', reason: 'webhook_answered_503' });
    expect(step(arrange({}), 601)).toEqual({ kind: 'give_up', reason: 'runner_not_told' });
  });

  it('and changes later than that is corrected once, rather than given up untried', () => {
    const late = { revision: 2, delivered_revision: 1 };
    expect(step(arrange(late), 1800)).toEqual({ kind: 'dispatch' });
    const removed = { at: after(1800), reason: 'event_deleted', parked: false } as const;
    expect(step(arrange({ ...late, withdrawn: true }, { removed }), 1800)).toEqual({ kind: 'dispatch' });
    expect(step(arrange({ ...late, failures: refused }), 1800)).toEqual({
      kind: 'give_up',
      reason: 'webhook_answered_503',
    });
    expect(step(arrange({ ...late, withdrawn: true, failures: refused }, { removed }), 1800)).toEqual({
      kind: 'forget',
    });
  });

  it('is over when nobody has said anything of it for a day', () => {
    const told = { delivered_revision: 1 };
    expect(step(arrange(told), 86_399)).toEqual({ kind: 'wait', until: after(86_400) });
    expect(step(arrange(told), 86_400)).toEqual({ kind: 'end' });
    const events = [{ type: 'joining', created_at: parseTimestamp('2035-01-01T12:00:00Z') as Timestamp }];
    expect(step(arrange(told, { events }), 86_400)).toMatchObject({ kind: 'wait' });
  });
});
