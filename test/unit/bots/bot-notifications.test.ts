import { describe, expect, it } from 'vitest';
import { botDue, botRemoved, botStateChange } from '../../../shared/bots/bot-notifications.ts';
import { afterStart, createBotValue, createHandOff, createStagedBot } from './create-bot-value.ts';

const calendar = { deduplication_key: 'ours', metadata: { team: 'sales' } };
const key = '00000000-0000-4000-8000-000000000000';

describe('bot.state_change', () => {
  it('names bot and calendar, and the states before and after', () => {
    const event = { type: 'joining', created_at: afterStart(1) };
    const bot = createStagedBot({}, { metadata: { own: 'yes' } });
    expect(botStateChange(bot, calendar, key, { from: 'staged', to: 'joining', event })).toEqual({
      project_id: 'proj_1',
      payload: {
        idempotency_key: key,
        trigger: 'bot.state_change',
        calendar_id: 'cal_1',
        calendar_deduplication_key: 'ours',
        calendar_metadata: { team: 'sales' },
        bot_id: 'bot_1',
        bot_metadata: { own: 'yes' },
        data: {
          event_type: 'joining',
          event_sub_type: null,
          event_metadata: {},
          old_state: 'staged',
          new_state: 'joining',
          created_at: '2035-01-01T10:00:01Z',
          runner: { name: 'webhook', bot_id: null },
        },
      },
    });
  });

  it('has no calendar fields for a bot whose calendar is gone', () => {
    const event = { type: 'ended', created_at: afterStart(1) };
    const { payload } = botStateChange(createStagedBot(), null, key, { from: 'staged', to: 'ended', event });
    expect(payload).toMatchObject({ calendar_deduplication_key: null, calendar_metadata: null });
  });

  it('says why a bot was removed, and which meeting has lost its bot', () => {
    const dataOf = (bot: Parameters<typeof botRemoved>[0], decision?: string) =>
      botRemoved(bot, null, key, { reason: 'not_wanted_by_rules', at: afterStart(-60), decision }).payload.data;
    expect(dataOf(createBotValue({ meeting_keys: ['zoom:1@then'] }), 'declined')).toMatchObject({
      event_type: 'removed',
      event_sub_type: 'not_wanted_by_rules',
      event_metadata: { decision: 'declined', meeting: 'zoom:1@then' },
      old_state: 'scheduled',
      new_state: null,
    });
    expect(dataOf(createBotValue())).toMatchObject({ event_metadata: {} });
    expect(dataOf(createBotValue({ meeting_keys: ['zoom:1@then', 'ical:x@then'] }))).toMatchObject({
      event_metadata: { meeting: 'zoom:1@then', other_meetings: ['ical:x@then'] },
    });
  });
});

describe('bot.due', () => {
  const dataOf = (given: Partial<ReturnType<typeof createHandOff>>) =>
    botDue(createBotValue(), createHandOff(given), null).payload.data;

  it('starts a bot that the runner has not accepted, then updates it, and cancels it when withdrawn', () => {
    expect(dataOf({ revision: 3 })).toMatchObject({ action: 'start', revision: 3 });
    expect(dataOf({ revision: 3, delivered_revision: 2 })).toMatchObject({ action: 'update' });
    expect(dataOf({ revision: 3, withdrawn: true })).toMatchObject({ action: 'cancel' });
  });

  it('says which meeting to join, and when', () => {
    expect(dataOf({})).toMatchObject({
      bot_name: 'Notes',
      meeting_url: 'https://zoom.us/j/123456789',
      meeting_platform: 'zoom',
      join_at: '2035-01-01T10:00:00Z',
      calendar_event_id: 'evt_1',
    });
  });

  it('has one idempotency key for a revision, and another one for the next', () => {
    const keyOf = (revision: number) =>
      botDue(createBotValue(), createHandOff({ revision }), calendar).payload.idempotency_key;
    expect(keyOf(1)).toBe(keyOf(1));
    expect(keyOf(2)).not.toBe(keyOf(1));
  });
});
