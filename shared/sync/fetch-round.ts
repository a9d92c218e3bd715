import type { ChangeSet, ReadRequest } from '../providers/calendar-provider.ts';
import { ProviderError } from '../providers/provider-error.ts';
import { readPages } from '../providers/read-pages.ts';
import type { SyncRun } from './sync-run.ts';
import { listedSpan, type SyncWindow } from './sync-window.ts';

/** What a round reads. */
export interface Round extends Pick<ReadRequest, 'syncToken' | 'isPlain'> {
  span: SyncWindow;
  /** Series that could not be read the last time. */
  again: string[];
}

/**
 * Reads a delta or a listing, all pages of it.
 *
 * @throws ProviderError
 */
export async function fetchRound(
  { calendar, provider, tokens }: SyncRun,
  { syncToken, isPlain, span, again }: Round,
): Promise<ChangeSet> {
  const request = { calendarUuid: calendar.platform_uuid, syncToken, isPlain, span: listedSpan(span) };
  const { reading, fault } = await readPages(
    (page) => tokens.use((accessToken) => provider.fetchPage(accessToken, { ...request, ...page })),
    provider.pageSizes,
    { link: null, pageSize: provider.pageSizes[0], pages: 0 },
  );
  if (fault) throw fault;
  const { items, timeZone, tooLarge } = reading;
  if (syncToken !== null && reading.syncToken === null)
    throw new ProviderError({ kind: 'retry', error: 'answer_unreadable' }, 'no_sync_token', 'the delta has no token');
  const read = await tokens.use((accessToken) =>
    provider.readChanges(accessToken, request, { items, timeZone, again }),
  );
  return {
    ...read,
    kind: syncToken === null ? 'listing' : 'delta',
    changes: [...tooLarge.map((platform_uuid) => ({ kind: 'unreadable' as const, platform_uuid })), ...read.changes],
    skipped: reading.skipped + tooLarge.length + read.skipped,
    syncToken: reading.syncToken,
  };
}
