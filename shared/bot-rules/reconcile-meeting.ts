import { isFollowing } from '../bots/bot.ts';
import { getBots } from '../bots/bot-store.ts';
import { eventKey, readEventRow } from '../events/event-row.ts';
import { meetingKeyOf } from '../meeting-links/meeting-key.ts';
import { getAllRows } from '../store/batch-get.ts';
import { type EventPlace, readClaims } from './meeting-claim-store.ts';
import { settleEventBot } from './reconcile-event-bot.ts';
import type { RuleDeps } from './rule-deps.ts';

const placesPerRead = 100;

/**
 * A meeting may have lost its bot: of the events that know of it the first that still joins it gets one, by the order of
 * their ids, but one for which somebody has asked for a bot comes before all others. Nothing happens while the meeting
 * has one, or when somebody has removed it.
 */
export async function settleMeeting(deps: RuleDeps, projectId: string, meetingKey: string): Promise<void> {
  const claim = (await readClaims(deps.table, projectId, [meetingKey])).get(meetingKey);
  if (!claim || claim.withheld) return;
  const bound: BoundPlace[] = [];
  for (let from = 0; from < claim.candidates.length; from += placesPerRead) {
    const places = claim.candidates.slice(from, from + placesPerRead);
    bound.push(...(await stillBound(deps, projectId, { places, meetingKey })));
  }
  for (const { place } of bound.toSorted((a, b) => Number(b.hasAskedBot) - Number(a.hasAskedBot))) {
    if ((await settleEventBot(deps, projectId, place, { isAsked: true })) === meetingKey) return;
  }
}

interface BoundPlace {
  place: EventPlace;
  /** Has somebody asked for a bot there? */
  hasAskedBot: boolean;
}

/** Those whose event is still that meeting. One request, and one for each hundred bots they have. */
async function stillBound(
  { table }: RuleDeps,
  projectId: string,
  { places, meetingKey }: { places: EventPlace[]; meetingKey: string },
): Promise<BoundPlace[]> {
  const keys = places.map(({ calendar_id, event_id }) => eventKey(projectId, calendar_id, event_id));
  const rows = (await getAllRows(table, keys))
    .map(readEventRow)
    .filter(({ event }) => meetingKeyOf(event) === meetingKey);
  const bots = await getBots(
    table,
    rows.flatMap(({ bot_ids }) => bot_ids),
  );
  const asked = new Set(
    bots.flatMap((bot) => (!bot.automatic && isFollowing(bot) ? (bot.calendar_event_id ?? []) : [])),
  );
  const bound = new Set<string>(rows.map(({ event }) => event.id));
  return places
    .filter(({ event_id }) => bound.has(event_id))
    .map((place) => ({ place, hasAskedBot: asked.has(place.event_id) }));
}
