import { type Bot, isFollowing, isTerminal } from '../bots/bot.ts';
import { goesTo } from '../bots/bot-meeting.ts';
import type { BotDecision, DecisionReason } from './bot-decision.ts';

/** The next step towards the bot that rules want for an event. */
export type RuleStep =
  /** Nothing is left to do. */
  | { kind: 'done' }
  /** Create a bot for the event, which becomes the meeting's bot. `replaced`: the bot of a worse event is removed. */
  | { kind: 'create'; replaced: Bot | null }
  /** A bot becomes the meeting's bot, by these keys. `replaced`: a bot that rules created is removed. */
  | { kind: 'take_claim'; bot: Bot; keys: string[]; replaced: Bot | null }
  /** `makesWay`: the bot is that of a worse event, and this event takes its meeting over next. */
  | { kind: 'remove'; bot: Bot; reason: DecisionReason; makesWay?: true }
  /** Another rule wants the bot now, or gives it another name. */
  | { kind: 'relabel'; bot: Bot };

/** Reasons for which a sync or the hand-off removes bots itself; rules leave the bots alone. */
const followedReasons: ReadonlySet<DecisionReason> = new Set([
  'event_deleted',
  'calendar_disconnected',
  'event_started',
  'event_over',
  'no_meeting_link',
]);

/** Does the event take part in its meeting? Also an event that rules want no bot for does, with a bot of its user. */
export const isInMeeting = ({ join, reason }: BotDecision, bots: Bot[]): boolean =>
  join ||
  (!followedReasons.has(reason) &&
    reason !== 'no_rules' &&
    reason !== 'all_day' &&
    bots.some((bot) => !bot.automatic && isFollowing(bot)));

/** May rules remove the bot? Only one that rules created, until it joins. */
export const isRemovable = (bot: Bot): boolean => bot.automatic !== undefined && isFollowing(bot);

/** An event and its meeting, as `nextRuleStep` sees them. */
export interface MeetingOfEvent {
  /** Of the event alone, `bot_removed` included; other events are not considered. */
  decision: BotDecision;
  /** The keys of its meeting; none for an event that takes no part in one. */
  keys: string[];
  /** Bots of the event, without removed ones. */
  bots: Bot[];
  /** Bots that a user created for the link, which join while the event lasts. */
  linkBots?: Bot[];
  /** By key the bot that its claim names, of this or another event, if it still goes there. */
  named: ReadonlyMap<string, Bot>;
  /** Bots of other meetings that last at the same time in the same room, where a room has one bot at a time. */
  overlapping?: Bot[];
  /** Ids of bots of these kinds whose events are worse than this one, so that this one takes the bot over. */
  yielding?: ReadonlySet<string>;
  /** Ids of bots of these kinds whose events are over before a bot for the link joins. */
  unserved?: ReadonlySet<string>;
  /** Ids of bots in `named` that leave the meeting before a bot of this event which stays. */
  outlasted?: ReadonlySet<string>;
  /** Bots of worse events that must leave the calendar to the bot of this one. */
  displaced?: Bot[];
  /** Can the event have another bot? Without room it gets none from rules. */
  hasRoom?: boolean;
}

/** Decides one step. After each, everything is read again, until the step is `done`. */
export function nextRuleStep({
  decision,
  keys,
  bots,
  linkBots = [],
  named,
  overlapping = [],
  yielding = new Set(),
  unserved = new Set(),
  outlasted = new Set(),
  displaced: [crowding] = [],
  hasRoom = true,
}: MeetingOfEvent): RuleStep {
  const removable = bots.filter(isRemovable);
  const [unwanted] = decision.join || followedReasons.has(decision.reason) ? [] : removable;
  if (unwanted) return { kind: 'remove', bot: unwanted, reason: decision.reason };
  if (keys.length === 0) return { kind: 'done' };

  const holders = new Set([...named.values()].map(({ id }) => id));
  const prefer = (some: Bot[]): Bot | undefined => some.find(({ id }) => holders.has(id)) ?? some[0];
  const staying = bots.filter((bot) => !isRemovable(bot) && (isFollowing(bot) || keys.some((key) => goesTo(bot, key))));
  const own = new Set([...bots, ...linkBots].map(({ id }) => id));
  const rivals = [...named.values(), ...overlapping].filter(({ id }) => !own.has(id));

  // A bot that stays anyway is preferred to one that rules can remove. The event's own comes before one for the link: it is in
  // the room as long as the event lasts, and the claim must name it, so that overlapping meetings see that.
  const present = staying.filter((bot) => !isTerminal(bot));
  const lasting = prefer(present) ?? prefer([...staying, ...linkBots]);
  if (lasting) {
    // A bot for a link is in the meetings that it joins. It takes no bot away from others in the room, which do not wait for it.
    const isForLink = lasting.calendar_event_id === null;
    const beaten = isForLink ? rivals.filter(({ id }) => holders.has(id) && !unserved.has(id)) : rivals;
    const replaced = beaten.find(isRemovable) ?? removable[0] ?? null;
    // Of several bots that stay, the claim names the one that is there longest. Others in the room see that one only.
    const taken = keys.filter((key) => {
      const holder = named.get(key);
      return !holder || own.has(holder.id) || holder.id === replaced?.id || outlasted.has(holder.id);
    });
    const isDone = replaced === null && taken.every((key) => isHeldBy(lasting, key, named));
    return isDone ? { kind: 'done' } : { kind: 'take_claim', bot: lasting, keys: taken, replaced };
  }
  if (!decision.join) return { kind: 'done' };

  const [rival] = rivals;
  if (rivals.some((bot) => !isRemovable(bot) || !yielding.has(bot.id))) {
    const [bot] = removable;
    return bot ? { kind: 'remove', bot, reason: 'duplicate_of_other_calendar' } : { kind: 'done' };
  }
  const chosen = prefer(removable);
  if (!chosen && !hasRoom) return { kind: 'done' };
  // An event may share its link with one meeting and its UID with another. Its claims will name one bot, so that a second
  // bot would not be found again.
  const second = [...named.values()].find(({ id }) => !own.has(id) && id !== rival?.id);
  if (second) return { kind: 'remove', bot: second, reason: 'duplicate_of_other_calendar', makesWay: true };
  if (!chosen) return { kind: 'create', replaced: rival ?? null };
  if (rival || !keys.every((key) => isHeldBy(chosen, key, named))) {
    return { kind: 'take_claim', bot: chosen, keys, replaced: rival ?? null };
  }
  if (crowding) return { kind: 'remove', bot: crowding, reason: 'too_many_bots' };
  const surplus = removable.find((bot) => bot !== chosen);
  if (surplus) return { kind: 'remove', bot: surplus, reason: 'duplicate_of_other_calendar' };
  return isLabelled(chosen, decision) ? { kind: 'done' } : { kind: 'relabel', bot: chosen };
}

/** Has the event a bot of rules after the step, so that it needs a place among those of its calendar? */
export const needsPlace = (step: RuleStep, { decision, bots }: Pick<MeetingOfEvent, 'decision' | 'bots'>): boolean =>
  decision.join &&
  (step.kind === 'create' || (step.kind === 'remove' ? step.makesWay === true : bots.some(isRemovable)));

/** Does the claim name the bot, and the bot know it? */
const isHeldBy = (bot: Bot, key: string, named: ReadonlyMap<string, Bot>): boolean =>
  named.get(key)?.id === bot.id && bot.meeting_keys?.includes(key) === true;

/** Does the bot carry the rule and the name of the decision? */
const isLabelled = ({ automatic }: Bot, { rule, bot_name }: BotDecision): boolean =>
  automatic?.bot_name === bot_name && automatic?.rule?.index === rule?.index && automatic?.rule?.name === rule?.name;
