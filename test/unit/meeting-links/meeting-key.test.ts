import { expect, it } from 'vitest';
import { meetingKey, meetingKeyOfEvent } from '../../../shared/meeting-links/meeting-key.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';

const start_time = timestampOf(0);
const keyOf = (meeting_url: string | null, at = start_time) => meetingKeyOfEvent({ meeting_url, start_time: at });

it('a meeting key is the same for every spelling of a link, and another one at another time', () => {
  expect(keyOf('https://zoom.us/j/123456789')).toBe('zoom:123456789@1970-01-01T00:00:00.000000Z');
  expect(keyOf('https://acme.zoom.us/j/123456789?pwd=x')).toBe(keyOf('https://zoom.us/j/123456789'));
  expect(keyOf('https://zoom.us/j/123456789', timestampOf(1))).not.toBe(keyOf('https://zoom.us/j/123456789'));
});

it('a bot and its event have the same meeting key; an event without a link has none', () => {
  expect(meetingKey('https://zoom.us/j/123456789', start_time)).toBe(keyOf('https://zoom.us/j/123456789'));
  expect(keyOf(null)).toBeNull();
});
