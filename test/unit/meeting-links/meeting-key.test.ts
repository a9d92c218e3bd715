import { describe, expect, it } from 'vitest';
import { calendarUid } from '../../../shared/meeting-links/calendar-uid.ts';
import { isUidKey, meetingKey, meetingKeysOf, splitMeetingKey } from '../../../shared/meeting-links/meeting-key.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';

const start_time = timestampOf(0);
const keysOf = (meeting_url: string | null, at = start_time, ical_uid: string | null = null) =>
  meetingKeysOf({ meeting_url, start_time: at, ical_uid });

describe('the keys of a meeting', () => {
  it('are the same for every spelling of a link, and others at another time', () => {
    expect(keysOf('https://zoom.us/j/123456789')).toEqual(['zoom:123456789@1970-01-01T00:00:00.000000Z']);
    expect(keysOf('https://acme.zoom.us/j/123456789?pwd=x')).toEqual(keysOf('https://zoom.us/j/123456789'));
    expect(keysOf('https://zoom.us/j/123456789', timestampOf(1))).not.toEqual(keysOf('https://zoom.us/j/123456789'));
  });

  it('are those of a bot and of the iCalendar UID; an event without a link has none', () => {
    expect(meetingKey('https://zoom.us/j/123456789', start_time)).toBe(keysOf('https://zoom.us/j/123456789')[0]);
    const [link, uid = ''] = keysOf('https://acme.zoom.us/my/pat.lee', start_time, 'u@acme');
    expect(uid).toBe(keysOf('https://acme.zoom.us/j/4712345678', start_time, 'u@acme')[1]);
    expect(isUidKey(uid)).toBe(true);
    expect(isUidKey(link ?? '')).toBe(false);
    expect(keysOf(null, start_time, 'u@acme')).toEqual([]);
    expect(keysOf('https://zoom.us/j/123456789', start_time, '')).toHaveLength(1);
    expect(splitMeetingKey(uid)).toEqual({ place: 'ical:u@acme', start: start_time });
  });
});

describe('an iCalendar UID', () => {
  const outlook = (day: string, data: string): string =>
    `040000008200E00074C5B7101A82E008${day}30A1B2C3D4E5DA01000000000000000010000000${data}`;
  const data = 'B3C71D24D7D0A84F9C6A1F0F6E2B5A77';
  const wrap = (uid: string): string => `7643616C2D55696401000000${Buffer.from(uid).toString('hex').toUpperCase()}00`;

  it('is the same for every instance of a series in Outlook, and for Google’s copy', () => {
    const series = outlook('00000000', data);
    expect(calendarUid(outlook('07EA0B1B', data))).toBe(series);
    expect(calendarUid(series.toLowerCase())).toBe(series);
    expect(calendarUid(outlook('00000000', data.replace('B3', 'B4')))).not.toBe(series);
  });

  it('is that of the other calendar program which Outlook has wrapped', () => {
    expect(calendarUid(outlook('07EA0B1B', wrap('7kukuqrfedlm2f9t@google.com')))).toBe('7kukuqrfedlm2f9t@google.com');
  });

  it('stays as it is in any other form', () => {
    for (const uid of [
      'u@acme',
      '',
      '040000008200E00074C5B7101A82E008',
      'Über@x',
      '040000008200E00074C5B7101A82E00841414D',
    ]) {
      expect(calendarUid(uid)).toBe(uid);
    }
  });
});
