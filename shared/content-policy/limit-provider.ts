import type { Platform } from '../calendars/calendar.ts';
import type { ProviderChange } from '../events/calendar-event.ts';
import type { CalendarProvider } from '../providers/calendar-provider.ts';
import { type ContentPolicy, isLimiting } from './content-policy.ts';
import { blankEvent, isDropped, limitEvent } from './limit-event.ts';
import { limitItem } from './limit-item.ts';

/**
 * A provider whose events have only what a policy allows. The sync never sees the rest, so it cannot be stored, announced or
 * logged. An event of a type that the policy drops counts as removed.
 */
export function limitProvider(
  provider: CalendarProvider,
  {
    platform,
    policy,
    readHosts,
  }: { platform: Platform; policy: ContentPolicy; readHosts: () => Promise<readonly string[]> },
): CalendarProvider {
  if (!isLimiting(policy)) return provider;
  const limitAll = async (changes: ProviderChange[]): Promise<ProviderChange[]> => {
    const hosts = changes.some(({ kind }) => kind === 'event') ? await readHosts() : [];
    return changes.map((change) => limitChange(change, policy, hosts));
  };
  return {
    ...provider,
    fetchPage: async (accessToken, request) => {
      const page = await provider.fetchPage(accessToken, request);
      const hosts = page.items.length > 0 ? await readHosts() : [];
      return { ...page, items: page.items.map((item) => limitItem(platform, item, policy, hosts)) };
    },
    readChanges: async (accessToken, request, read) => {
      const found = await provider.readChanges(accessToken, request, read);
      return { ...found, changes: await limitAll(found.changes) };
    },
    lookUp: async (accessToken, request, mayGoOn) => limitAll(await provider.lookUp(accessToken, request, mayGoOn)),
  };
}

function limitChange(change: ProviderChange, policy: ContentPolicy, hosts: readonly string[]): ProviderChange {
  if (change.kind !== 'event') return change;
  const { event } = change;
  return isDropped(event, policy)
    ? { kind: 'removed', platform_uuid: event.platform_uuid, isProven: true, rest: blankEvent(event) }
    : { kind: 'event', event: limitEvent(event, policy, hosts) };
}
