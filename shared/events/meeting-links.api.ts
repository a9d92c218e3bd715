import * as z from 'zod';
import { storedLinkSourcesOf } from '../meeting-links/event-link-sources.ts';
import { choiceReasons, linkPlaces, listMeetingLinks } from '../meeting-links/list-meeting-links.ts';
import type { CalendarEvent } from './calendar-event.ts';

/** The links of an event in answers (docs/api-compatibility.md#calendar-events). */
export const meetingLinksOut = z.object({
  reason: z
    .enum(choiceReasons)
    .nullable()
    .meta({ description: 'Why the first link is the `meeting_url` of the event; null without links' }),
  results: z.array(
    z.object({
      url: z.string(),
      platform: z.string(),
      place: z.enum(linkPlaces).meta({ description: 'The first place that has it' }),
      certainty: z.enum(['certain', 'possible']).meta({ description: '`possible`: a chat or a stream' }),
      has_passcode: z.boolean(),
    }),
  ),
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
