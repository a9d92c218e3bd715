import { addressOf } from '../calendars/calendar.ts';
import type { ProviderChange } from '../events/calendar-event.ts';
import { readEvents } from '../events/event-store.ts';
import { eventIdOf } from '../platform/ids.ts';
import type { ChangeSet } from '../providers/calendar-provider.ts';
import { ProviderError } from '../providers/provider-error.ts';
import { uuidOf } from './doubts.ts';
import type { Doubt } from './plan-changes.ts';
import type { OpenDoubts } from './remember-reading.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';
import type { SyncState } from './sync-state.ts';
import { listedSpan, overlaps, type SyncWindow } from './sync-window.ts';

/** So many events that a listing lacks and that are in its window all the same: the listing is wrong. */
const refutations = 20;

export interface LookedUp extends OpenDoubts {
  answers: ProviderChange[];
}

/**
 * Looks up the events that may be deleted. Those with bots come first. What does not fit into the run is left to the next
 * ones.
 */
export async function lookUpDoubts(
  { table }: Pick<SyncDeps, 'table'>,
  { calendar, provider, tokens }: SyncRun,
  state: Pick<SyncState, 'last_served_at'>,
  {
    doubts,
    changes,
    set,
    span,
  }: {
    doubts: Doubt[];
    changes: ProviderChange[];
    set: Pick<ChangeSet, 'kind' | 'timeZone'>;
    span: SyncWindow;
  },
): Promise<LookedUp> {
  if (doubts.length === 0) return { answers: [], open: [], hasAnswers: false, isRefuted: false };
  const ids = doubts.map(({ row }) => row.id);
  const rows = await readEvents(table, calendar.project_id, calendar.id, ids);
  // An event whose row cannot be read is known by the change that names it.
  const named = new Map<string, string>(
    changes.map((change) => [eventIdOf(calendar.id, uuidOf(change)), uuidOf(change)]),
  );
  const known = doubts.flatMap(({ row, doubt }) => {
    const found = rows.get(row.id);
    const uuid = found?.event.platform_uuid ?? named.get(row.id);
    return uuid === undefined ? [] : [{ id: row.id, hasBots: (found?.bot_ids ?? []).length > 0, uuid, row, doubt }];
  });
  known.sort((one, other) => Number(other.hasBots) - Number(one.hasBots));
  const isRefutation = (change: ProviderChange): boolean =>
    set.kind === 'listing' && change.kind === 'event' && overlaps(change.event, listedSpan(span));
  const request = {
    calendar: addressOf(calendar),
    since: state.last_served_at ?? null,
    timeZone: set.timeZone,
    wanted: known.map(({ uuid, row, doubt }) => ({ platform_uuid: uuid, series: row.series_id, doubt })),
  };
  const mayGoOn = (soFar: ProviderChange[]): boolean => soFar.filter(isRefutation).length < refutations;
  const answers = await orNone(tokens.use((accessToken) => provider.lookUp(accessToken, request, mayGoOn)));
  const isRefuted = answers.some(isRefutation);
  const answered = new Set(answers.map(uuidOf));
  const open = known.filter(({ uuid }) => !answered.has(uuid)).map(({ id }) => id);
  // Another listing shows which of them it lacks as well.
  return { answers, open: mayGoOn(answers) ? open : [], hasAnswers: answers.length > 0, isRefuted };
}

/** A look-up that fails decides nothing. */
async function orNone(work: Promise<ProviderChange[]>): Promise<ProviderChange[]> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ProviderError) return [];
    throw error;
  }
}
