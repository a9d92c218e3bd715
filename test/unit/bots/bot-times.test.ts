import { describe, expect, it } from 'vitest';
import type { Bot } from '../../../shared/bots/bot.ts';
import { botDueAt, handOffAt, lastCallAt, silentUntil } from '../../../shared/bots/bot-times.ts';
import { meetingKey } from '../../../shared/meeting-links/meeting-key.ts';
import { afterStart, createBotValue, createStagedBot } from './create-bot-value.ts';

const leadMs = 120_000;
const now = afterStart(-90);
const due = (bot: Bot) => botDueAt(bot, now, leadMs);
const automatic = { rule: null, bot_name: 'Notes' };

describe('the hand-off of a bot', () => {
  it('is due as long before the start as its runner needs', () => {
    expect(handOffAt(createBotValue(), leadMs)).toBe(afterStart(-120));
    const { meeting_url, join_at } = createBotValue();
    const claimed = createBotValue({ automatic, meeting_keys: [meetingKey(meeting_url, join_at)] });
    expect(handOffAt(claimed, leadMs)).toBe(afterStart(-120));
  });

  it('waits until the start while rules have not decided the new meeting of their bot', () => {
    expect(handOffAt(createBotValue({ automatic, meeting_keys: ['zoom:1@before'] }), leadMs)).toBe(afterStart(0));
    expect(handOffAt(createBotValue({ meeting_keys: ['zoom:1@before'] }), leadMs)).toBe(afterStart(-120));
  });

  it('is given up ten minutes after the start', () => {
    expect(lastCallAt(createBotValue())).toBe(afterStart(600));
  });
});

describe('the silence of a runner', () => {
  it('lasts a day since the start, or since the last event after it', () => {
    const event = (seconds: number) => [{ type: 'joining', created_at: afterStart(seconds) }];
    expect(silentUntil(createBotValue())).toBe(afterStart(86_400));
    expect(silentUntil(createBotValue({ events: event(-60) }))).toBe(afterStart(86_400));
    expect(silentUntil(createBotValue({ events: event(3600) }))).toBe(afterStart(86_400 + 3600));
  });
});

describe('the timer of a bot', () => {
  it('is its hand-off while it is scheduled', () => {
    expect(due(createBotValue())).toBe(afterStart(-120));
  });

  it('is now for a revision that its runner does not have', () => {
    expect(due(createStagedBot())).toBe(now);
    expect(due(createStagedBot({ revision: 2, delivered_revision: 1 }))).toBe(now);
  });

  it('is the end of the lease, else the next attempt after a failure', () => {
    const failures = { count: 1, code: 'webhook_answered_503', retry_at: afterStart(-50) };
    expect(due(createStagedBot({ failures }))).toBe(afterStart(-50));
    expect(due(createStagedBot({ failures, lease: { token: 'a', until: afterStart(-45) } }))).toBe(afterStart(-45));
  });

  it('is the end of the silence after the runner has accepted the bot', () => {
    expect(due(createStagedBot({ delivered_revision: 1 }))).toBe(afterStart(86_400));
    expect(due(createStagedBot({ delivered_revision: 1 }, { state: 'joining' }))).toBe(afterStart(86_400));
  });

  it('does not repeat a dispatch to a runner that has reported a state already', () => {
    expect(due(createStagedBot({ revision: 2, delivered_revision: 1 }, { state: 'joining' }))).toBe(afterStart(86_400));
  });

  it('is the removal for a removed bot, and none for a parked bot or one that is over', () => {
    const removed = { at: afterStart(-100), reason: 'calendar_disconnected', parked: false } as const;
    expect(due(createBotValue({ removed }))).toBe(afterStart(-100));
    expect(due(createBotValue({ removed: { ...removed, parked: true } }))).toBeUndefined();
    expect(due(createStagedBot({ delivered_revision: 1 }, { state: 'ended' }))).toBeUndefined();
  });

  it('is now for a withdrawal that the runner does not have', () => {
    const removed = { at: afterStart(-100), reason: 'event_deleted', parked: false } as const;
    const withdrawn = { revision: 2, delivered_revision: 1, withdrawn: true };
    expect(due(createStagedBot(withdrawn, { removed }))).toBe(now);
  });
});
