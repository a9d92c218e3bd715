import { isFollowing } from '../bots/bot.ts';
import { getBots } from '../bots/bot-store.ts';
import type { EventReference } from '../bots/meeting-claim.ts';
import { readClaims } from '../bots/meeting-claim-store.ts';
import { meetingKeyOfEvent } from '../meeting-links/meeting-key.ts';
import { readAttendeeEvents } from './attendee-event-store.ts';
import { reconcileEventBot } from './reconcile-event-bot.ts';
import type { RuleDeps } from './rule-deps.ts';

const eventsPerRead = 100;

/**
 * Gives a meeting a bot again that may have lost its bot: the first of its attendee events that still joins gets one, in
 * the order of their ids, but events with a bot that a user created come first. Nothing happens while the meeting has a
 * bot, or when a user has removed it.
 */
export async function reconcileMeeting(deps: RuleDeps, projectId: string, meetingKey: string): Promise<void> {
  const claim = (await readClaims(deps.table, projectId, [meetingKey])).get(meetingKey);
  if (!claim || claim.suppressed) return;
  const attending: AttendingEvent[] = [];
  for (let from = 0; from < claim.attendee_events.length; from += eventsPerRead) {
    const references = claim.attendee_events.slice(from, from + eventsPerRead);
    attending.push(...(await readAttending(deps, projectId, { references, meetingKey })));
  }
  for (const { reference } of attending.toSorted((a, b) => Number(b.hasUserBot) - Number(a.hasUserBot))) {
    if ((await reconcileEventBot(deps, projectId, reference, { isForMeeting: true })) === meetingKey) return;
  }
}

interface AttendingEvent {
  reference: EventReference;
  /** Has it a bot that a user created? */
  hasUserBot: boolean;
}

/** The events that are still for this meeting. One request, and one for each hundred bots they have. */
async function readAttending(
  { table }: RuleDeps,
  projectId: string,
  { references, meetingKey }: { references: EventReference[]; meetingKey: string },
): Promise<AttendingEvent[]> {
  const rows = (await readAttendeeEvents(table, projectId, references)).filter(
    ({ event }) => meetingKeyOfEvent(event) === meetingKey,
  );
  const bots = await getBots(
    table,
    rows.flatMap(({ bot_ids }) => bot_ids),
  );
  const withUserBot = new Set(
    bots.flatMap((bot) => (!bot.automatic && isFollowing(bot) ? (bot.calendar_event_id ?? []) : [])),
  );
  const attending = new Set<string>(rows.map(({ event }) => event.id));
  return references
    .filter(({ event_id }) => attending.has(event_id))
    .map((reference) => ({ reference, hasUserBot: withUserBot.has(reference.event_id) }));
}
