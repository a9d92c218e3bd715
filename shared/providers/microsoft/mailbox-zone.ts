import * as z from 'zod';
import { ProviderError } from '../provider-error.ts';
import { resolveTimeZone } from '../resolve-time-zone.ts';
import type { GraphApi } from './graph-api.ts';
import type { GraphItem } from './read-pages.ts';

/**
 * IANA zone of the mailbox, for all-day events in unknown zones (docs/api-compatibility.md#what-is-synchronized). It is
 * requested only when there is such an event. It is UTC when the app may not read the mailbox's settings.
 *
 * @throws ProviderError
 */
export async function findMailboxZone(api: GraphApi, items: GraphItem[]): Promise<string> {
  const needed = items.some(
    ({ isAllDay, originalStartTimeZone }) => isAllDay === true && resolveTimeZone(originalStartTimeZone) === null,
  );
  if (!needed) return 'UTC';
  try {
    const settings = z.object({ timeZone: z.string() }).safeParse(await api.get('/me/mailboxSettings'));
    return resolveTimeZone(settings.data?.timeZone) ?? 'UTC';
  } catch (error) {
    const isRefusal =
      error instanceof ProviderError && !['retry', 'quota', 'unauthorized'].includes(error.verdict.kind);
    if (isRefusal) return 'UTC';
    throw error;
  }
}
