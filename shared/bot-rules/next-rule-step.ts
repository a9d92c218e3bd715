import { type Bot, isFollowing } from '../bots/bot.ts';
import type { BotDecision, DecisionReason } from './bot-decision.ts';

/** What is to be done next so that an event has the bot that rules want for it. */
export type RuleStep =
  /** All is as it should be. */
  | { kind: 'rest' }
  /** The meeting gets a bot, by this event. */
  | { kind: 'create' }
  /** A bot that the event has becomes the meeting's. */
  | { kind: 'name'; bot: Bot }
  /** The same, and the automatic one that was it goes. */
  | { kind: 'displace'; bot: Bot; holder: Bot }
  | { kind: 'remove'; bot: Bot; reason: DecisionReason }
  /** The bot is now there by another rule, or is called something else. */
  | { kind: 'relabel'; bot: Bot };

/** Notifications that bots follow by themselves, in the commit that makes them notifications: rules leave that alone. */
const followed: ReadonlySet<DecisionReason> = new Set([
  'event_deleted',
  'calendar_disconnected',
  'event_started',
  'event_over',
  'no_meeting_link',
]);

/** May rules take the bot away? Theirs, until it joins. What somebody asked for, or is in its meeting, is not theirs. */
const isRulesOwn = (bot: Bot): boolean => bot.automatic !== undefined && isFollowing(bot);

/**
 * One step at a time: after each, all is read again, until there is none left.
 *
 * @param decision of the event, alone, and whether somebody has removed the meeting's bot; not whether another event has it
 * @param key of the event's meeting; null without a link
 * @param bots of the event, without removed ones @param holder the meeting's bot, wherever it is; null: it has none
 * @param hasRoom can the event have another bot? It has had very many if not, and then gets none by rules
 */
export function nextRuleStep({
  decision,
  key,
  bots,
  holder,
  hasRoom = true,
}: {
  decision: BotDecision;
  key: string | null;
  bots: Bot[];
  holder: Bot | null;
  hasRoom?: boolean;
}): RuleStep {
  const own = bots.filter(isRulesOwn);
  if (!decision.join || key === null) {
    const [bot] = followed.has(decision.reason) ? [] : own;
    return bot ? { kind: 'remove', bot, reason: decision.reason } : { kind: 'rest' };
  }

  const others = bots.filter((bot) => !isRulesOwn(bot) && (isFollowing(bot) || bot.meeting_key === key));
  const isHolder = ({ id }: Bot): boolean => id === holder?.id;
  // What stays in any case is preferred to what rules can take away.
  const chosen = others.find(isHolder) ?? others[0] ?? own.find(isHolder) ?? own[0];
  if (holder && !(chosen && isHolder(chosen))) {
    if (chosen && !isRulesOwn(chosen) && isRulesOwn(holder)) return { kind: 'displace', bot: chosen, holder };
    const [bot] = own;
    return bot ? { kind: 'remove', bot, reason: 'duplicate_of_other_calendar' } : { kind: 'rest' };
  }
  if (!chosen) return hasRoom ? { kind: 'create' } : { kind: 'rest' };
  if (!holder || chosen.meeting_key !== key) return { kind: 'name', bot: chosen };
  const surplus = own.find((bot) => bot !== chosen);
  if (surplus) return { kind: 'remove', bot: surplus, reason: 'duplicate_of_other_calendar' };
  return isRulesOwn(chosen) && !isLabelled(chosen, decision) ? { kind: 'relabel', bot: chosen } : { kind: 'rest' };
}

const isLabelled = ({ automatic }: Bot, { rule, bot_name }: BotDecision): boolean =>
  automatic?.bot_name === bot_name && automatic?.rule?.index === rule?.index && automatic?.rule?.name === rule?.name;
