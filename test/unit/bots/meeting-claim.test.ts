import { describe, expect, it } from 'vitest';
import { meetingClaimSchema } from '../../../shared/bots/meeting-claim.ts';

describe('the row of a meeting claim', () => {
  it('is a claim without a holder while it has attendee events only, in the order of their ids', () => {
    expect(meetingClaimSchema.parse({ attendee_events: new Set(['evt_2#cal_1', 'evt_1#cal_2']) })).toEqual({
      holder: null,
      bot_id: null,
      version: 0,
      changed_on: null,
      changes_that_day: 0,
      attendee_events: [
        { event_id: 'evt_1', calendar_id: 'cal_2' },
        { event_id: 'evt_2', calendar_id: 'cal_1' },
      ],
      suppressed: false,
    });
  });

  it('may be suppressed before any event was added', () => {
    expect(meetingClaimSchema.parse({ suppressed: true, version: 1 })).toMatchObject({
      attendee_events: [],
      suppressed: true,
      version: 1,
    });
  });

  it('names the event that holds the bot', () => {
    const row = { holder: 'evt_1#cal_2', bot_id: 'bot_1', version: 3 };
    expect(meetingClaimSchema.parse(row)).toMatchObject({
      holder: { event_id: 'evt_1', calendar_id: 'cal_2' },
      bot_id: 'bot_1',
      version: 3,
    });
  });
});
