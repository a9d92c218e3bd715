import { type Bot, isFollowing } from '../bots/bot.ts';
import { getBots } from '../bots/bot-store.ts';
import type { EventReference, MeetingClaim } from '../bots/meeting-claim.ts';
import { readClaims, readPlace } from '../bots/meeting-claim-store.ts';
import { readCalendars } from '../calendars/calendar-look-up-store.ts';
import { isUidKey, meetingKey, meetingKeysOf, splitMeetingKey } from '../meeting-links/meeting-key.ts';
import { ruleTimingMs } from '../platform/bot-timing.ts';
import { millisOf, parseTimestamp, timestampOf } from '../platform/timestamp.ts';
import { readAttendeeEvents } from './attendee-event-store.ts';
import { readBotRules } from './bot-rules-store.ts';
import { type EventRank, eventRank, eventRanks } from './event-rank.ts';
import { roomTimes } from './read-meeting.ts';
import { type ReconciledEvent, reconcileEventBot } from './reconcile-event-bot.ts';
import type { RuleDeps } from './rule-deps.ts';

const eventsPerRead = 100;

/** Reconciles an event and, when it has the bot of a meeting, looks for a better event that takes the bot over. */
export async function reconcileEvent(
  deps: RuleDeps,
  projectId: string,
  reference: EventReference,
): Promise<ReconciledEvent> {
  const reconciled = await reconcileEventBot(deps, projectId, reference);
  if (reconciled.mayHaveBetter) await reconcileMeetings(deps, projectId, reconciled.keys);
  // The event may be shorter now, or have left the room to another meeting.
  if (reconciled.free.length > 0) await reconcileMeetings(deps, projectId, reconciled.free);
  return reconciled;
}

/**
 * Reconciles one event of many. When it fails, it is tried again in another message, whose failure an alarm shows
 * (docs/runbook.md#rule-dead-letters), and the others go on.
 */
export async function reconcileOneOf<Found>(
  deps: RuleDeps,
  projectId: string,
  reference: EventReference,
  reconcile: (deps: RuleDeps, projectId: string, reference: EventReference) => Promise<Found>,
): Promise<Found | undefined> {
  try {
    return await reconcile(deps, projectId, reference);
  } catch (error) {
    deps.logger.warn('event to be decided again alone', { ...reference, error: error as Error });
    await deps.ruleQueue.send([{ kind: 'event', project_id: projectId, ...reference }]);
    return undefined;
  }
}

/** Reconciles meetings that may have lost their bot, and those that may have waited for their room. */
export async function reconcileMeeting(deps: RuleDeps, projectId: string, meetingKeys: string[]): Promise<void> {
  await reconcileMeetings(deps, projectId, meetingKeys);
  for (const key of meetingKeys) {
    const { place, start } = splitMeetingKey(key);
    const time = parseTimestamp(start);
    if (isUidKey(key) || !time) continue;
    const { claims } = await readPlace(deps.table, { projectId, place }, roomTimes(time));
    await reconcileMeetings(
      deps,
      projectId,
      [...claims.keys()].filter((other) => !meetingKeys.includes(other)),
    );
  }
}

/**
 * Gives a meeting a bot again that may have lost its bot, or one in a better event: the best of its attendee events that
 * still joins gets it, but events with a bot that a user created come first. When a user has removed the meeting's bot, only
 * such a bot becomes the meeting's.
 */
async function reconcileMeetings(deps: RuleDeps, projectId: string, meetingKeys: string[]): Promise<void> {
  for (const [meetingKey, claim] of await readClaims(deps.table, projectId, meetingKeys)) {
    for (const { reference, isAsked } of await readAttending(deps, projectId, meetingKey, claim)) {
      if (claim.suppressed && !isAsked) break;
      const reconciled = await reconcileOneOf(deps, projectId, reference, reconcileEventBot);
      if (reconciled?.keys.includes(meetingKey)) break;
    }
  }
}

/**
 * Reconciles the meetings that a bot for a link is in, or was in: those whose claims name it, and those of its room that
 * may last when it joins.
 */
export async function reconcileLinkBot(deps: RuleDeps, bot: Bot): Promise<void> {
  const { place } = splitMeetingKey(meetingKey(bot.meeting_url, bot.join_at));
  const at = millisOf(bot.join_at);
  const { claims } = await readPlace(
    deps.table,
    { projectId: bot.project_id, place },
    {
      from: timestampOf(at - ruleTimingMs.longestMeeting),
      to: timestampOf(at + ruleTimingMs.earlyArrival + 1),
    },
  );
  await reconcileMeetings(deps, bot.project_id, [...new Set([...(bot.meeting_keys ?? []), ...claims.keys()])]);
}

/** Reconciles the meetings ahead that may have waited for the room of a bot that has ended. One request, if there are none. */
export async function reconcileRoom(deps: RuleDeps, bot: Bot): Promise<void> {
  const { place } = splitMeetingKey(meetingKey(bot.meeting_url, bot.join_at));
  const [from, { to }] = [timestampOf(deps.clock.now()), roomTimes(bot.join_at)];
  if (from >= to) return;
  const { claims } = await readPlace(deps.table, { projectId: bot.project_id, place }, { from, to });
  await reconcileMeetings(deps, bot.project_id, [...claims.keys()]);
}

interface Attending {
  reference: EventReference;
  /** Has it a bot that a user created? */
  isAsked: boolean;
}

/**
 * The events that are still for this meeting: those with a requested bot first, then the best ones. Two requests for each
 * hundred, and one for each hundred bots they have.
 */
async function readAttending(
  { table }: RuleDeps,
  projectId: string,
  meetingKey: string,
  { attendee_events: all }: MeetingClaim,
): Promise<Attending[]> {
  const rules = await readBotRules(table, projectId);
  const attending: (Attending & { rank: EventRank })[] = [];
  for (let from = 0; from < all.length; from += eventsPerRead) {
    const references = all.slice(from, from + eventsPerRead);
    const rows = (await readAttendeeEvents(table, projectId, references)).filter(({ event }) =>
      meetingKeysOf(event).includes(meetingKey),
    );
    const bots = await getBots(
      table,
      rows.flatMap(({ bot_ids }) => bot_ids),
    );
    const withUserBot = new Set(
      bots.flatMap((bot) => (!bot.automatic && isFollowing(bot) ? (bot.calendar_event_id ?? []) : [])),
    );
    const calendars = await readCalendars(table, projectId, [...new Set(rows.map(({ event }) => event.calendar_id))]);
    for (const { event } of rows) {
      const calendar = calendars.get(event.calendar_id);
      const rank = calendar ? eventRank(event, calendar, rules.internal_domains) : eventRanks.other;
      const reference = { event_id: event.id, calendar_id: event.calendar_id };
      attending.push({ reference, isAsked: withUserBot.has(event.id), rank });
    }
  }
  const byId = (a: EventReference, b: EventReference): number => (a.event_id < b.event_id ? -1 : 1);
  return attending.toSorted(
    (a, b) => Number(b.isAsked) - Number(a.isAsked) || a.rank - b.rank || byId(a.reference, b.reference),
  );
}
