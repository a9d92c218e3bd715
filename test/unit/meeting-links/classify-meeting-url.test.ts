import { describe, expect, it } from 'vitest';
import { classifyMeetingUrl } from '../../../shared/meeting-links/classify-meeting-url.ts';
import { MEETING_PLATFORMS } from '../../../shared/meeting-links/meeting-platforms.ts';
import { SAMPLE_MEETING_URLS } from './sample-meeting-urls.ts';
import { SAMPLE_OTHER_URLS } from './sample-other-urls.ts';

describe('classifyMeetingUrl', () => {
  it.each(SAMPLE_MEETING_URLS)('%s is %s %s', (url, platform, meetingId) => {
    expect(classifyMeetingUrl(url)).toMatchObject({ platform, meetingId });
  });

  it.each(SAMPLE_OTHER_URLS)('%s is no meeting', (url) => {
    expect(classifyMeetingUrl(url)).toBeNull();
  });

  it('is tested with a sample for every row of the table', () => {
    const rowOf = ({ protocol, hostname, pathname, search, hash }: URL) =>
      MEETING_PLATFORMS.find(
        ({ hosts, link }) =>
          hosts.some((host) => `.${hostname}`.endsWith(host.replace(/^\.?/, '.'))) &&
          link.test((protocol === 'zoommtg:' ? protocol : '') + pathname + search + hash),
      );
    const sampled = new Set(SAMPLE_MEETING_URLS.map(([url]) => rowOf(new URL(url))));
    expect(MEETING_PLATFORMS.filter((row) => !sampled.has(row))).toEqual([]);
  });

  it('reads the meeting through a wrapper', () => {
    const url = 'https://www.google.com/url?q=https://meet.google.com/abc-defg-hij&sa=D';
    expect(classifyMeetingUrl(url)).toEqual({ platform: 'google_meet', meetingId: 'abc-defg-hij' });
  });

  it('leaves malformed escapes in an id as they are', () => {
    const url = 'https://teams.microsoft.com/l/meetup-join/19:meeting_%E0%A4%A@thread.v2/0';
    expect(classifyMeetingUrl(url)?.meetingId).toBe('19:meeting_%E0%A4%A@thread.v2');
  });
});
