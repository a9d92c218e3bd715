import { describe, expect, it } from 'vitest';
import { linkSourcesOf } from '../../../shared/meeting-links/event-link-sources.ts';
import { findMeetingLink, type MeetingLinkSources } from '../../../shared/meeting-links/list-meeting-links.ts';
import reported from './reported-links.json' with { type: 'json' };

/** Links as users of calendar software have reported them in public, with what is right. */
const meetingHosts = ['join.gong.io', 'go.chorus.ai', 'meet.acme.example', 'video.acme.example'];

describe('a reported link', () => {
  it.each(reported)('$situation', ({ input, right }) => {
    const url = findMeetingLink(sourcesOf(input), meetingHosts)?.url ?? null;
    switch (right) {
      case 'a link that joins this meeting':
        expect(url).toMatch(/^https:/);
        break;
      case "no link, or this meeting's without the token":
        expect(url).toBe('https://acme.zoom.us/s/98765432101');
        break;
      case 'a link of this meeting with pwd=Va.1':
        expect(url).toBe('https://acme.zoom.us/j/98765432101?pwd=Va.1');
        break;
      default:
        expect(url).toBe(right);
    }
  });
});

function sourcesOf(input: (typeof reported)[number]['input']): MeetingLinkSources {
  const { google, microsoft, title = null, location = null, body = null } = input;
  return google || microsoft ? linkSourcesOf({ ...google, ...microsoft }) : { title, entryPoints: [], location, body };
}
