import { putWaitingEvent } from '../bots/automatic-bot-store.ts';
import { readBotSettings } from '../bots/bot-settings-store.ts';
import { botsPerEvent, getBots } from '../bots/bot-store.ts';
import { readFollowed } from '../bots/followed-event-store.ts';
import type { EventReference } from '../bots/meeting-claim.ts';
import { meetingKeysOf } from '../meeting-links/meeting-key.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { readBotRules } from './bot-rules-store.ts';
import { decideBot, refuse } from './decide-bot.ts';
import { eventRank, eventRanks } from './event-rank.ts';
import { findOverlapping } from './find-overlapping.ts';
import { findPlace, limitsOf } from './find-place.ts';
import { isInMeeting, needsPlace, nextRuleStep } from './next-rule-step.ts';
import { enterMeeting, findOutlasted, findUnserved, findYielding } from './read-meeting.ts';
import type { RuleDeps } from './rule-deps.ts';
import { type RuledEvent, takeRuleStep } from './take-rule-step.ts';

/** Each step changes something or is the last one; so many steps mean that others change it, too. */
const stepsAtOnce = 12;

/** An event after its last step. */
export interface ReconciledEvent {
  /**
   * Keys of its meeting whose claims name a bot now, of this or another event. Where it is a duplicate by its UID only, its
   * link is not among them: others with that link may need a bot. None: rules want no bot for this event.
   */
  keys: string[];
  /** May another event of its meeting be better than this one, which has the bot? */
  mayHaveBetter: boolean;
  /** Rules want a bot for it, and its calendar has no place for one, or its room has one. */
  isWaiting: boolean;
  /** Keys of other meetings in its room that have no bot. */
  free: string[];
}

/**
 * Gives an event the bot that rules want for it, and removes every other one that rules created. It reads what is stored,
 * takes one step, and reads again until no step is left. So it sees every change in between, and may run twice, side by
 * side, and after a crash anywhere.
 */
export async function reconcileEventBot(
  deps: RuleDeps,
  projectId: string,
  reference: EventReference,
): Promise<ReconciledEvent> {
  for (let step = 0; step < stepsAtOnce; step += 1) {
    const found = await readRuledEvent(deps, projectId, reference);
    if (!found) return { keys: [], mayHaveBetter: false, isWaiting: false, free: [] };
    const placed = await placeBot(deps, found);
    const next = nextRuleStep(placed);
    if (next.kind === 'done') {
      const occupant = findOccupant(placed);
      const isWaiting = placed.decision.reason === 'too_many_bots' || occupant !== undefined;
      if (isWaiting) {
        const { start_time: start } = found.row.event;
        await putWaitingEvent(deps.table, reference, { start, duplicateOf: occupant?.calendar_event_id ?? null });
      }
      return {
        keys: placed.decision.join ? found.keys.filter((key) => placed.named.has(key)) : [],
        mayHaveBetter: mayHaveBetter(placed),
        isWaiting,
        free: placed.free,
      };
    }
    await takeRuleStep(deps, placed, next);
  }
  throw new Error('too many concurrent updates of an event and its bots');
}

/** Four requests, and two to six more for an event that gets a bot. @returns null when the event is gone */
async function readRuledEvent(
  deps: RuleDeps,
  projectId: string,
  reference: EventReference,
): Promise<RuledEvent | null> {
  const { table, clock } = deps;
  const followed = { project_id: projectId, calendar_id: reference.calendar_id, calendar_event_id: reference.event_id };
  const [{ event: row, calendar: stored }, rules, settings] = await Promise.all([
    readFollowed(table, followed),
    readBotRules(table, projectId),
    readBotSettings(table, projectId),
  ]);
  if (!row) return null;
  const calendar = stored && !stored.deleted_at ? stored : null;
  const bots = row.bot_ids.length === 0 ? [] : await getBots(table, row.bot_ids);
  const { event } = row;
  const alone = decideBot(rules, event, calendar, timestampOf(clock.now()));
  const found: RuledEvent = {
    projectId,
    reference,
    row,
    calendar,
    rank: calendar ? eventRank(event, calendar, rules.internal_domains) : eventRanks.other,
    bots,
    linkBots: [],
    keys: [],
    decision: alone,
    claims: new Map(),
    free: [],
    overlapping: [],
    settings,
    named: new Map(),
    yielding: new Set(),
    unserved: new Set(),
    outlasted: new Set(),
    displaced: [],
    rules,
    hasRoom: row.bot_ids.length < botsPerEvent,
  };
  const keys = meetingKeysOf(event);
  if (!calendar || keys.length === 0 || !isInMeeting(alone, bots)) return found;

  const meeting = await enterMeeting(deps, projectId, { event, keys, bots, reference });
  const isSuppressed = [...meeting.claims.values()].some(({ suppressed }) => suppressed);
  // It may have a bot that was requested since, for which others in the room wait.
  const decision = isSuppressed && alone.join ? refuse('bot_removed', { rule: alone.rule }) : alone;
  const { rank } = found;
  const overlapping = found.settings.one_bot_per_room
    ? await findOverlapping(table, rules, { event, rank, bots }, meeting.neighbours)
    : { bots: [], yielding: [], free: [] };
  const yielding = decision.join
    ? await findYielding(table, rules, { event, calendar, bots: [...meeting.named.values()] })
    : new Set<string>();
  for (const id of overlapping.yielding) yielding.add(id);
  const named = [...meeting.named.values()];
  const unserved = await findUnserved(table, { event, bots: named, linkBots: meeting.linkBots });
  const outlasted = await findOutlasted(table, { event, own: bots, named });
  const { bots: beside, free } = overlapping;
  return { ...found, ...meeting, keys, decision, overlapping: beside, free, yielding, unserved, outlasted };
}

/**
 * The bot of another meeting in the room of the event, for which the event gets none. An event that would take the bot of
 * its own meeting over waits, too; one whose meeting keeps its bot does not. An event with a bot for its link may have its
 * meeting in common with a shorter one: then it is that one's bot for which it gets none.
 */
function findOccupant({ decision, bots, linkBots, named, overlapping, yielding, unserved }: RuledEvent) {
  if (!decision.join || bots.length > 0) return undefined;
  if (linkBots.length > 0) return named.values().find(({ id }) => unserved.has(id));
  const isServed = named.values().some(({ id }) => !yielding.has(id));
  return isServed ? undefined : overlapping.find(({ id }) => !yielding.has(id));
}

/** Without a place in its calendar, an event gets no bot of rules. One request, for an event that gets one or has one. */
async function placeBot(deps: RuleDeps, found: RuledEvent): Promise<RuledEvent> {
  const { calendar, decision, projectId, rank, bots, rules, settings } = found;
  if (!calendar || !needsPlace(nextRuleStep(found), found)) return found;
  const limits = limitsOf(settings);
  const { event } = found.row;
  const { internal_domains: internalDomains } = rules;
  const place = await findPlace(deps.table, projectId, { limits, internalDomains }, { event, calendar, rank, bots });
  return place.hasPlace
    ? { ...found, displaced: place.displaced }
    : { ...found, decision: refuse('too_many_bots', { rule: decision.rule }) };
}

/** The event has the bot of rules of a meeting with other events, and is not the best there is. */
const mayHaveBetter = ({ decision, rank, bots, named, claims }: RuledEvent): boolean =>
  decision.join &&
  rank !== eventRanks.own &&
  [...claims.values()].some(({ attendee_events }) => attendee_events.length > 1) &&
  [...named.values()].some(
    ({ id, automatic, state }) => automatic && state === 'scheduled' && bots.some((bot) => bot.id === id),
  );
