import { expect, it } from 'vitest';
import { isStale } from '../../../shared/bots/follow-runner.ts';
import { afterStart, createStagedBot } from './create-bot-value.ts';

const report = (state: Parameters<typeof isStale>[1]['state'], seconds: number) => ({
  state,
  from: 'client' as const,
  event: { type: state, created_at: afterStart(seconds) },
});
const staged = { type: 'staged', created_at: afterStart(9999) };
const joining = createStagedBot({}, { state: 'joining', events: [staged, report('joining', 10).event] });
const ended = createStagedBot({}, { state: 'ended', events: [report('ended', 60).event] });

/** What a report is stored as that came when it was `now`, with a time of the runner. */
const early = (state: 'joining', now: number, reported: number) => ({
  ...report(state, now).event,
  reported_at: afterStart(reported),
});
const senseless = createStagedBot({}, { state: 'joining', events: [staged, early('joining', 10, 9_000_000)] });
const ahead = createStagedBot({}, { state: 'joining', events: [staged, early('joining', 10, 70)] });

it.each([
  ['the right time, after one from the future', ahead, report('joined_recording', 11), false],
  [
    'a later time of a clock that is ahead',
    ahead,
    { ...report('joined_recording', 11), event: { ...early('joining', 11, 71) } },
    false,
  ],
  [
    'an earlier time of a clock that is ahead',
    ahead,
    { ...report('waiting_room', 11), event: { ...early('joining', 11, 69) } },
    true,
  ],
  ['a time just before the one from the future came', ahead, report('joined_recording', 9), false],
  ['a former state, from before the one from the future came', ahead, report('ready', 9), true],
  [
    'a clock that is ahead, after a senseless time',
    senseless,
    { ...report('joined_recording', 11), event: { ...early('joining', 11, 71) } },
    false,
  ],
] as const)('a report of %s is stale or not', (_name, bot, reported, stale) => {
  expect(isStale(bot, reported)).toBe(stale);
});

it.each([
  ['the first one, whatever our own clock said before', createStagedBot({}, { events: [staged] }), 'joining', 1, false],
  ['a later one', joining, 'joined_recording', 11, false],
  ['the state the bot has', joining, 'joining', 11, true],
  ['an earlier one', joining, 'joined_recording', 9, true],
  ['a later state at the same time', joining, 'joined_recording', 10, false],
  ['an earlier state at the same time', joining, 'ready', 10, true],
  ['any state after the end', ended, 'joining', 61, true],
  ['the deletion of data after the end', ended, 'data_deleted', 61, false],
] as const)('a report of %s is stale or not', (_name, bot, state, seconds, stale) => {
  expect(isStale(bot, report(state, seconds))).toBe(stale);
});
