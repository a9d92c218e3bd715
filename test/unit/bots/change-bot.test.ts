import { describe, expect, it } from 'vitest';
import { enterState, moveBot, removeBot, restoreBot, stageBot } from '../../../shared/bots/change-bot.ts';
import { millisOf } from '../../../shared/platform/timestamp.ts';
import { afterStart, createBotValue, createStagedBot } from './create-bot-value.ts';

const at = afterStart(-600);
const time = { now: at, leadMs: 120_000 };
const failures = { count: 3, code: 'webhook_answered_503', retry_at: afterStart(-30) };

describe('moving a bot', () => {
  it('changes a scheduled bot without a hand-off', () => {
    const moved = moveBot(createBotValue(), { join_at: afterStart(60) }, time);
    expect(moved).toEqual(createBotValue({ join_at: afterStart(60) }));
    expect(moved).not.toHaveProperty('hand_off');
  });

  it('is a new revision for the runner, whose failures count no more', () => {
    const { hand_off: handOff } = moveBot(
      createStagedBot({ delivered_revision: 1, failures }),
      { bot_name: 'Other' },
      time,
    );
    expect(handOff).toMatchObject({ revision: 2, delivered_revision: 1, withdrawn: false });
    expect(handOff?.failures).toBeUndefined();
  });

  it('out of its lead time schedules it again and withdraws the hand-off', () => {
    const staged = createStagedBot({ delivered_revision: 1 });
    expect(moveBot(staged, { join_at: afterStart(3600) }, time)).toMatchObject({
      state: 'scheduled',
      join_at: afterStart(3600),
      events: [{ type: 'scheduled', created_at: at }],
      hand_off: { revision: 2, delivered_revision: 1, withdrawn: true },
    });
    // Within its lead time, it is corrected.
    const near = { now: afterStart(-60), leadMs: 120_000 };
    expect(moveBot(staged, { join_at: afterStart(60) }, near)).toMatchObject({ state: 'staged' });
    expect(moveBot(staged, { join_at: afterStart(61) }, near)).toMatchObject({ state: 'scheduled' });
    expect(moveBot(staged, { meeting_url: 'https://zoom.us/j/987654321' }, time)).toMatchObject({ state: 'staged' });
  });
});

describe('removing a bot', () => {
  it('leaves nothing of a bot that was not handed off', () => {
    expect(removeBot(createBotValue(), 'event_deleted', at)).toBeNull();
    const withdrawn = { revision: 2, delivered_revision: 2, withdrawn: true };
    expect(removeBot(createStagedBot(withdrawn, { state: 'scheduled' }), 'event_deleted', at)).toBeNull();
  });

  it('keeps a parked bot for sixty days', () => {
    const parked = removeBot(createBotValue(), 'calendar_disconnected', at, { park: true });
    expect(parked).toMatchObject({ removed: { at, reason: 'calendar_disconnected', parked: true } });
    expect(parked?.expires_at).toBe(millisOf(at) / 1000 + 60 * 86_400);
  });

  it('withdraws the hand-off from the runner in a new revision', () => {
    const removed = removeBot(createStagedBot({ delivered_revision: 1 }), 'event_deleted', at);
    expect(removed).toMatchObject({
      removed: { at, reason: 'event_deleted', parked: false },
      hand_off: { revision: 2, delivered_revision: 1, withdrawn: true },
    });
    expect(removed?.expires_at).toBeUndefined();
  });

  it('is undone by a restore, with the time and link that the event has by then', () => {
    const parked = removeBot(createBotValue(), 'calendar_disconnected', at, { park: true });
    const event = { start_time: afterStart(3600), meeting_url: 'https://zoom.us/j/987654321' };
    const restored = restoreBot(parked ?? expect.fail('deleted'), event);
    expect(restored).toEqual(createBotValue({ join_at: event.start_time, meeting_url: event.meeting_url }));
  });
});

describe('the states of a bot', () => {
  it('begin with a hand-off that its runner has not accepted yet', () => {
    const staged = stageBot(createBotValue(), { id: 'one', runner: 'attendee', at });
    expect(staged).toMatchObject({ state: 'staged', events: [{ type: 'staged', created_at: at }] });
    expect(staged.hand_off).toEqual({
      id: 'one',
      runner: 'attendee',
      at,
      revision: 1,
      delivered_revision: 0,
      withdrawn: false,
    });
  });

  it.each([
    [['joining', 'ended'], 'not_started'],
    [['joined_recording'], 'in_progress'],
    [['joined_recording', 'joined_recording_paused'], 'paused'],
    [['joined_recording', 'leaving'], 'in_progress'],
    [['joined_recording', 'post_processing'], 'complete'],
    [['joined_recording', 'fatal_error'], 'in_progress'],
  ] as const)('%j leave the recording %s', (states, recording) => {
    const bot = states.reduce(
      (before, state) => enterState(before, state, { type: state, created_at: at }),
      createStagedBot(),
    );
    expect(bot.recording_state).toBe(recording);
    expect(bot.events.map(({ type }) => type)).toEqual(states);
  });
});
