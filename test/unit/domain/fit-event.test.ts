import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventContent } from '../../../shared/domain/calendar-event.ts';
import { fitEvent } from '../../../shared/domain/fit-event.ts';
import { timestampOf } from '../../../shared/domain/timestamp.ts';

const event = (given: Partial<EventContent>): EventContent => ({
  platform_uuid: 'a',
  start_time: timestampOf(0),
  end_time: timestampOf(0),
  name: null,
  meeting_url: null,
  meeting_platform: null,
  attendees: [],
  ical_uid: null,
  is_all_day: false,
  time_zone: null,
  organizer: null,
  response_status: null,
  status: 'confirmed',
  recurring_event_id: null,
  visibility: null,
  event_type: null,
  raw: {},
  ...given,
});
const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

describe('an event to be kept', () => {
  it('of usual size stays as it is', () => {
    const usual = event({
      name: 'Review',
      attendees: Array.from({ length: 500 }, (_, index) => ({ email: `guest-${index}@example.com`, name: null })),
      raw: { id: 'a', description: 'x'.repeat(8192) },
    });
    expect(fitEvent(usual)).toEqual(usual);
  });

  it('loses the end of its longest texts first', () => {
    const raw = {
      id: 'a',
      summary: 'kept',
      description: 'x'.repeat(1_000_000),
      attendees: [{ email: 'a@example.com' }],
    };
    expect(fitEvent(event({ raw })).raw).toEqual({ ...raw, description: 'x'.repeat(20_000) });
  });

  it('that is large everywhere keeps at least its short fields', () => {
    const attendees = Array.from({ length: 20_000 }, (_, index) => ({ email: `guest-${index}@example.com` }));
    expect(fitEvent(event({ raw: { id: 'a', summary: 'kept', attendees } })).raw).toEqual({ id: 'a', summary: 'kept' });
  });

  it('fits into a row whatever it holds, also where nothing compresses', () => {
    const text = fc.nat(60_000).map((length) => '漢'.repeat(length));
    const person = fc.record({ email: text, name: text });
    fc.assert(
      fc.property(
        text,
        fc.array(person, { maxLength: 20 }),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (name, people, raw) => {
          const large = event({
            name,
            ical_uid: name,
            organizer: { email: name, name },
            attendees: Array.from({ length: 50 }, () => people).flat(),
            raw: { ...raw, description: name, deep: [people] },
          });
          expect(bytes(fitEvent(large))).toBeLessThan(380_000);
        },
      ),
      { numRuns: 20 },
    );
  });
});
