import type { Platform } from '../calendars/calendar.ts';
import { linkSourcesOf } from '../meeting-links/event-link-sources.ts';
import { listMeetingLinks } from '../meeting-links/list-meeting-links.ts';
import { allowedFields, type ContentPolicy } from './content-policy.ts';
import { bodyFields, providerFields } from './provider-fields.ts';

/** What decides on the meaning of an item, and is dropped as soon as it is read. None of it is a text of a person. */
const transient: Record<Platform, readonly string[]> = {
  google: ['recurrence', 'eventType', 'iCalUID'],
  microsoft: ['recurrence', '@removed', '@odata.type', 'responseStatus', 'isOrganizer', 'iCalUId'],
};
const linkFields = ['conferenceData', 'hangoutLink', 'onlineMeeting', 'onlineMeetingUrl'];

/**
 * An item of a provider as it may lie in the table while its reading goes on. Texts that the policy drops are replaced by
 * the links of meetings that they have, where the policy keeps these. `limitEvent` does the rest once the item is read.
 */
export function limitItem<Item extends Record<string, unknown>>(
  platform: Platform,
  item: Item,
  policy: ContentPolicy,
  hosts: readonly string[],
): Item {
  if (policy.mode === 'full') return item;
  const allowed = allowedFields(policy);
  const hasLink = allowed.has('meeting_url');
  const { always, of } = providerFields[platform];
  const isWhole = policy.mode === 'no_description';
  const kept = new Set([
    ...(isWhole ? Object.keys(item).filter((name) => !(bodyFields as readonly string[]).includes(name)) : always),
    ...[...allowed].flatMap((field) => of[field]),
    ...transient[platform],
    ...(hasLink ? linkFields : []),
    // Guests say who of them is the organizer.
    ...(allowed.has('attendees') ? ['organizer'] : []),
  ]);
  const left: Record<string, unknown> = Object.fromEntries(Object.entries(item).filter(([name]) => kept.has(name)));
  // An occurrence of Graph without a subject is a stub.
  if ('subject' in item && !('subject' in left)) left['subject'] = '';
  if (platform === 'google' && !('attendees' in left)) left['attendees'] = ownAnswer(item['attendees']);
  const links = hasLink ? linksInLostTexts(item, left, hosts) : '';
  if (links !== '' && platform === 'google') left['description'] = links;
  if (links !== '' && platform === 'microsoft') left['body'] = { contentType: 'text', content: links };
  return left as Item;
}

/** The answer of the owner, without anybody's address. */
function ownAnswer(attendees: unknown): unknown[] {
  const list: unknown[] = Array.isArray(attendees) ? attendees : [];
  return list.flatMap((one) => {
    if (typeof one !== 'object' || one === null || !('self' in one) || one.self !== true) return [];
    return [{ self: true, responseStatus: 'responseStatus' in one ? one.responseStatus : null }];
  });
}

/** The links in texts that are not kept, in the order in which places count. */
function linksInLostTexts(
  item: Record<string, unknown>,
  left: Record<string, unknown>,
  hosts: readonly string[],
): string {
  const [before, after] = [linkSourcesOf(item), linkSourcesOf(left)];
  const lost = (name: 'title' | 'location' | 'body'): string | null =>
    before[name] === after[name] ? null : before[name];
  const sources = { entryPoints: [], title: lost('title'), location: lost('location'), body: lost('body') };
  return listMeetingLinks(sources, hosts)
    .candidates.map(({ url }) => url)
    .join(' ');
}
