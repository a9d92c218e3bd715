import * as z from 'zod';
import { storedLinkSourcesOf } from '../meeting-links/event-link-sources.ts';
import { choiceReasons, linkPlaces, listMeetingLinks } from '../meeting-links/list-meeting-links.ts';
import { meetingPlatforms } from '../meeting-links/meeting-platforms.ts';
import type { CalendarEvent } from './calendar-event.ts';

export const meetingLinkOut = z.object({
  url: z.string(),
  platform: z.enum(meetingPlatforms),
  place: z.enum(linkPlaces),
  certainty: z.enum(['certain', 'possible']),
  has_passcode: z.boolean(),
});

/** The links of an event in answers (docs/api-compatibility.md#calendar-events). */
export const meetingLinksOut = z.object({
  reason: z.enum(choiceReasons).nullable(),
  results: z.array(meetingLinkOut),
});

/** No invitation has more; the bound is for hostile ones. */
const mostLinks = 100;

/** All candidates for the link of a meeting, the chosen one first. */
export function showMeetingLinks(
  event: CalendarEvent,
  meetingHosts: readonly string[],
): z.output<typeof meetingLinksOut> {
  const { candidates, reason } = listMeetingLinks(storedLinkSourcesOf(event), meetingHosts);
  return { reason, results: candidates.slice(0, mostLinks) };
}
