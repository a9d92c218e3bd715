import type { ProviderChange } from '../events/calendar-event.ts';
import { storedLinkSourcesOf } from '../meeting-links/event-link-sources.ts';
import { findMeetingLink } from '../meeting-links/list-meeting-links.ts';

/**
 * The changes, with the links of events as a project sees them that has named hosts of meetings.
 *
 * @param readHosts asked only when there is an event
 */
export async function withMeetingHosts(
  changes: ProviderChange[],
  readHosts: () => Promise<readonly string[]>,
): Promise<ProviderChange[]> {
  const hosts = changes.some(({ kind }) => kind === 'event') ? await readHosts() : [];
  return hosts.length === 0 ? changes : changes.map((change) => withHosts(change, hosts));
}

function withHosts(change: ProviderChange, hosts: readonly string[]): ProviderChange {
  if (change.kind !== 'event') return change;
  const { event } = change;
  const link = findMeetingLink(storedLinkSourcesOf(event), hosts);
  // A very long body may be cut in `raw`, and its link with it: then the one stays that was found before.
  return link ? { ...change, event: { ...event, meeting_url: link.url, meeting_platform: link.platform } } : change;
}
