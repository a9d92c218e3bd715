import type { CalendarEvent } from '../calendar-event.ts';
import type { Timestamp } from '../timestamp.ts';
import type { BotDecision, DecisionReason } from './bot-decision.ts';
import type { BotRules } from './bot-rules.ts';
import { decideBot } from './decide-bot.ts';
import type { RuledCalendar } from './evaluate-rules.ts';
import { meetingKeyOf } from './meeting-key.ts';
import { type DecidedEvent, type JoinClaim, shareMeetings } from './share-meetings.ts';

/** A bot that an event has now. */
export interface StandingBot {
  /** `meetingKeyOf` its event when the bot was made or moved last. */
  key: string;
  /** `user`: somebody asked for it. Rules leave it alone, and give its meeting no other one. */
  origin: 'rule' | 'user';
  /** A runner has it: rules leave it alone as well. */
  isHandedOff: boolean;
}

export interface BotPlanInput {
  rules: BotRules;
  /** null when it is gone. */
  calendar: RuledCalendar | null;
  now: Timestamp;
  /** Events of the calendar that changed, or all of them when the rules did. */
  events: CalendarEvent[];
  /** By event id; at least those of `events`. */
  standing: ReadonlyMap<string, StandingBot>;
  /** By meeting key; at least those of `events` and `standing`. */
  claims: ReadonlyMap<string, JoinClaim>;
}

/**
 * What is to be done so that exactly the meetings that the rules want have a bot, and each one. Losses and moves come
 * first: a gain may need the claim that they give up.
 */
export interface BotPlan {
  /** The event gets a bot, once it has the claim on the meeting. */
  gains: { event_id: string; key: string; decision: BotDecision }[];
  /** The bot stays and follows its event; the claim goes from one meeting key to the other. */
  moves: { event_id: string; from: string; key: string }[];
  /** The bot goes, and with it the claim. */
  losses: { event_id: string; key: string; reason: DecisionReason }[];
  /** Another event has the meeting's bot; this one takes over should that one give it up. */
  waits: { event_id: string; key: string; carrier: string }[];
}

/**
 * Decides which events gain or lose an automatic bot. Pure, and idempotent: with its gains, moves and losses carried out
 * it plans none again.
 *
 * A bot whose event is running or over at the time it was made for is not taken away: it is the runner's. One whose event
 * was moved into the past is.
 */
export function planBots({ rules, calendar, now, events, standing, claims }: BotPlanInput): BotPlan {
  const isFixed = ({ id }: CalendarEvent): boolean => {
    const bot = standing.get(id);
    return bot !== undefined && (bot.origin === 'user' || bot.isHandedOff);
  };
  const decided = events
    .filter((event) => !isFixed(event))
    .map((event) => ({ id: event.id, key: meetingKeyOf(event), decision: decideBot(rules, event, calendar, now) }));

  const plan: BotPlan = { gains: [], moves: [], losses: [], waits: [] };
  for (const event of shareMeetings(decided, withStanding(claims, standing))) addTo(plan, event, standing, claims);
  return plan;
}

/** A bot that stands has its meeting, claimed or not. Of several the smallest event id counts, as everywhere. */
function withStanding(
  claims: BotPlanInput['claims'],
  standing: BotPlanInput['standing'],
): ReadonlyMap<string, JoinClaim> {
  const all = new Map(claims);
  for (const [id, { key }] of [...standing].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!all.has(key)) all.set(key, { carrier: id, withheld: false });
  }
  return all;
}

const pastReasons: ReadonlySet<DecisionReason> = new Set(['event_started', 'event_over']);

function addTo(
  plan: BotPlan,
  { id, key, decision }: DecidedEvent,
  standing: BotPlanInput['standing'],
  claims: BotPlanInput['claims'],
): void {
  const bot = standing.get(id);
  if (decision.join && key !== null) {
    if (!bot) plan.gains.push({ event_id: id, key, decision });
    else if (bot.key !== key) plan.moves.push({ event_id: id, from: bot.key, key });
    return;
  }
  const held = bot?.key ?? (key !== null && claims.get(key)?.carrier === id ? key : null);
  const isItsTime = pastReasons.has(decision.reason) && held === key;
  // A meeting whose bot somebody removed stays claimed by its event: the claim is what remembers it.
  const isRemembered = !bot && decision.reason === 'bot_removed';
  if (held !== null && !isItsTime && !isRemembered) {
    plan.losses.push({ event_id: id, key: held, reason: decision.reason });
  }
  if (decision.duplicate_of !== null && key !== null) {
    plan.waits.push({ event_id: id, key, carrier: decision.duplicate_of });
  }
}
