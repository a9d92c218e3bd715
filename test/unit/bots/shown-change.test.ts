import { expect, it } from 'vitest';
import { botOut } from '../../../shared/bots/bot.api.ts';
import type { Bot } from '../../../shared/bots/bot.ts';
import { isShownChange } from '../../../shared/bots/shown-change.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { createBotValue } from './create-bot-value.ts';

const bot = createBotValue();
const at = timestampOf(Date.parse('2026-05-01T10:00:00Z'));
const handOff = {
  id: 'h1',
  runner: 'webhook',
  at,
  revision: 1,
  delivered_revision: 0,
  withdrawn: false,
} as const satisfies Bot['hand_off'];

/** Another value of each property that the API shows, but for those that never change. */
const changes: Record<Exclude<keyof typeof botOut.shape, 'id' | 'created_at' | 'calendar_event_id'>, Partial<Bot>> = {
  metadata: { metadata: { tenant: 'other' } },
  meeting_url: { meeting_url: 'https://zoom.us/j/9' },
  state: { state: 'joining' },
  events: { events: [{ type: 'staged', created_at: at }] },
  transcription_state: { transcription_state: 'complete' },
  recording_state: { recording_state: 'complete' },
  join_at: { join_at: at },
  deduplication_key: { deduplication_key: 'other' },
  bot_name: { bot_name: 'Scribe' },
  automatic: { automatic: { rule: null, bot_name: 'Scribe' } },
  runner: { hand_off: handOff },
};

it.each(Object.entries(changes))('a change of `%s` is seen by users', (_name, change) => {
  expect(isShownChange({ before: bot, after: { ...bot, ...change } })).toBe(true);
});

it('creation and removal are seen, and what the API does not show is not', () => {
  const removed = { ...bot, removed: { at, reason: 'deleted_by_user', parked: false } } as const;
  const staged = { ...bot, hand_off: handOff };
  expect(isShownChange({ before: null, after: bot })).toBe(true);
  expect(isShownChange({ before: bot, after: null })).toBe(true);
  expect(isShownChange({ before: bot, after: removed })).toBe(true);
  expect(isShownChange({ before: removed, after: null })).toBe(false);
  expect(isShownChange({ before: bot, after: { ...bot, version: 9, due_at: at, meeting_keys: ['a'] } })).toBe(false);
  expect(isShownChange({ before: staged, after: { ...staged, hand_off: { ...handOff, delivered_revision: 1 } } })).toBe(
    false,
  );
});
