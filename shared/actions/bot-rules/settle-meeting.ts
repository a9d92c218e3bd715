import { meetingKeyOf } from '../../domain/bot-rules/meeting-key.ts';
import { getAllRows } from '../../store/batch-get.ts';
import { eventKey, readEventRow } from '../../store/event-item.ts';
import { type EventPlace, readClaims } from '../../store/join-claim-store.ts';
import type { RuleDeps } from './rule-deps.ts';
import { settleEventBot } from './settle-event-bot.ts';

const placesPerRead = 100;

/**
 * A meeting may have lost its bot: of the events that know of it the first that still joins it gets one, by the order of
 * their ids. Nothing happens while it has one, or when somebody has removed it.
 */
export async function settleMeeting(deps: RuleDeps, projectId: string, meetingKey: string): Promise<void> {
  const claim = (await readClaims(deps.table, projectId, [meetingKey])).get(meetingKey);
  if (!claim || claim.withheld) return;
  for (let from = 0; from < claim.candidates.length; from += placesPerRead) {
    const places = claim.candidates.slice(from, from + placesPerRead);
    for (const place of await stillBound(deps, projectId, { places, meetingKey })) {
      if ((await settleEventBot(deps, projectId, place, { isAsked: true })) === meetingKey) return;
    }
  }
}

/** Those whose event is still that meeting. One request. */
async function stillBound(
  { table }: RuleDeps,
  projectId: string,
  { places, meetingKey }: { places: EventPlace[]; meetingKey: string },
): Promise<EventPlace[]> {
  const keys = places.map(({ calendar_id, event_id }) => eventKey(projectId, calendar_id, event_id));
  const rows = (await getAllRows(table, keys)).map(readEventRow);
  const bound = new Set(rows.flatMap(({ event }) => (meetingKeyOf(event) === meetingKey ? [event.id] : [])));
  return places.filter(({ event_id }) => bound.has(event_id));
}
