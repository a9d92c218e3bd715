import { describe, expect, it } from 'vitest';
import type { Bot } from '../../../shared/bots/bot.ts';
import { nextBotStep } from '../../../shared/bots/next-bot-step.ts';
import { afterStart, createBotValue, createStagedBot } from './create-bot-value.ts';

const leadMs = 120_000;
const step = (bot: Bot, seconds: number) => nextBotStep(bot, afterStart(seconds), leadMs);
const refused = { count: 5, code: 'webhook_answered_503', retry_at: afterStart(599) };

describe('a scheduled bot', () => {
  it('waits for its hand-off, and is given up ten minutes after its start', () => {
    expect(step(createBotValue(), -121)).toEqual({ kind: 'wait', until: afterStart(-120) });
    expect(step(createBotValue(), -120)).toEqual({ kind: 'hand_off' });
    expect(step(createBotValue(), 600)).toEqual({ kind: 'hand_off' });
    expect(step(createBotValue(), 601)).toEqual({ kind: 'give_up', reason: 'handed_off_too_late' });
  });
});

describe('a bot that was handed off', () => {
  it('is dispatched until ten minutes after its start, and then given up with the last failure', () => {
    expect(step(createStagedBot({ failures: refused }), 600)).toEqual({ kind: 'dispatch' });
    expect(step(createStagedBot({ failures: refused }), 601)).toEqual({
      kind: 'give_up',
      reason: 'webhook_answered_503',
    });
    expect(step(createStagedBot(), 601)).toEqual({ kind: 'give_up', reason: 'runner_not_told' });
  });

  it('waits while another worker holds the lease, and until a failed dispatch is due again', () => {
    const lease = { token: 'a', until: afterStart(-60) };
    expect(step(createStagedBot({ lease }), -61)).toEqual({ kind: 'wait', until: afterStart(-60) });
    expect(step(createStagedBot({ lease }), -60)).toEqual({ kind: 'dispatch' });
    expect(step(createStagedBot({ failures: refused }), 598)).toEqual({ kind: 'wait', until: afterStart(599) });
  });

  it('is corrected once when it changes later than that, and withdrawn for ten minutes after a removal', () => {
    const late = { revision: 2, delivered_revision: 1 };
    expect(step(createStagedBot(late), 1800)).toEqual({ kind: 'dispatch' });
    const removed = { at: afterStart(1800), reason: 'event_deleted', parked: false } as const;
    expect(step(createStagedBot({ ...late, withdrawn: true }, { removed }), 1800)).toEqual({ kind: 'dispatch' });
    expect(step(createStagedBot({ ...late, failures: refused }), 1800)).toEqual({
      kind: 'give_up',
      reason: 'webhook_answered_503',
    });
    const gone = createStagedBot({ ...late, withdrawn: true, failures: refused }, { removed });
    expect(step(gone, 1800)).toEqual({ kind: 'dispatch' });
    expect(step(gone, 2401)).toEqual({ kind: 'forget' });
  });

  it('is ended when its runner has reported nothing for a day', () => {
    const accepted = { delivered_revision: 1 };
    expect(step(createStagedBot(accepted), 86_399)).toEqual({ kind: 'wait', until: afterStart(86_400) });
    expect(step(createStagedBot(accepted), 86_400)).toEqual({ kind: 'end' });
    const events = [{ type: 'joining', created_at: afterStart(7200) }];
    expect(step(createStagedBot(accepted, { events }), 86_400)).toMatchObject({ kind: 'wait' });
  });
});

describe('a bot that is scheduled again, because it has moved', () => {
  const withdrawn = (handOff = {}) =>
    createStagedBot({ revision: 2, delivered_revision: 1, withdrawn: true, ...handOff }, { state: 'scheduled' });

  it('has its hand-off withdrawn first, and then waits for another one', () => {
    expect(step(withdrawn(), -3600)).toEqual({ kind: 'dispatch' });
    expect(step(withdrawn({ delivered_revision: 2 }), -3600)).toEqual({ kind: 'wait', until: afterStart(-120) });
    expect(step(withdrawn({ delivered_revision: 2 }), -120)).toEqual({ kind: 'hand_off' });
  });

  it('tells its runner until its new time has come, at least once', () => {
    const failures = { ...refused, retry_at: afterStart(-600) };
    expect(step(withdrawn({ failures }), -3600)).toEqual({ kind: 'wait', until: afterStart(-600) });
    expect(step(withdrawn({ failures }), -600)).toEqual({ kind: 'dispatch' });
    expect(step(withdrawn({ failures }), -120)).toEqual({ kind: 'hand_off' });
    expect(step(withdrawn(), -120)).toEqual({ kind: 'dispatch' });
  });
});

describe('a bot that is removed or over', () => {
  it('is deleted when removed, kept when parked, and idle when over', () => {
    const removed = { at: afterStart(-60), reason: 'calendar_disconnected', parked: false } as const;
    expect(step(createBotValue({ removed }), -60)).toEqual({ kind: 'forget' });
    expect(step(createBotValue({ removed: { ...removed, parked: true } }), -60)).toEqual({ kind: 'idle' });
    expect(step(createStagedBot({ delivered_revision: 1 }, { state: 'ended' }), 86_400)).toEqual({ kind: 'idle' });
  });
});
