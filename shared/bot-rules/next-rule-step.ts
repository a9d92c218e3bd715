import { type Bot, isFollowing } from '../bots/bot.ts';
import type { BotDecision, DecisionReason } from './bot-decision.ts';

/** The next step towards the bot that rules want for an event. */
export type RuleStep =
  /** Nothing is left to do. */
  | { kind: 'done' }
  /** Create a bot for the event, which becomes the meeting's bot. */
  | { kind: 'create' }
  /** A bot of the event becomes the meeting's bot. */
  | { kind: 'take_claim'; bot: Bot }
  /** The same, and the bot of another event that rules created is removed. */
  | { kind: 'replace'; bot: Bot; replaced: Bot }
  | { kind: 'remove'; bot: Bot; reason: DecisionReason }
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

/** May rules remove the bot? Only one that rules created, until it joins. */
const isRemovable = (bot: Bot): boolean => bot.automatic !== undefined && isFollowing(bot);

/**
 * Decides one step. After each, everything is read again, until the step is `done`.
 *
 * @param decision of the event alone, `bot_removed` included; other events are not considered
 * @param key the event's meeting key; null without a link
 * @param bots of the event, without removed ones
 * @param meetingBot the bot of the meeting's claim, of this or another event; null: the meeting has none
 * @param hasRoom can the event have another bot? Without room it gets none from rules
 */
export function nextRuleStep({
  decision,
  key,
  bots,
  meetingBot,
  hasRoom = true,
}: {
  decision: BotDecision;
  key: string | null;
  bots: Bot[];
  meetingBot: Bot | null;
  hasRoom?: boolean;
}): RuleStep {
  const removable = bots.filter(isRemovable);
  if (!decision.join || key === null) {
    const [bot] = followedReasons.has(decision.reason) ? [] : removable;
    return bot ? { kind: 'remove', bot, reason: decision.reason } : { kind: 'done' };
  }

  const others = bots.filter((bot) => !isRemovable(bot) && (isFollowing(bot) || bot.meeting_key === key));
  const isMeetingBot = ({ id }: Bot): boolean => id === meetingBot?.id;
  // Bots that stay anyway are preferred to those that rules can remove.
  const chosen = others.find(isMeetingBot) ?? others[0] ?? removable.find(isMeetingBot) ?? removable[0];
  if (meetingBot && !(chosen && isMeetingBot(chosen))) {
    if (chosen && !isRemovable(chosen) && isRemovable(meetingBot)) {
      return { kind: 'replace', bot: chosen, replaced: meetingBot };
    }
    const [bot] = removable;
    return bot ? { kind: 'remove', bot, reason: 'duplicate_of_other_calendar' } : { kind: 'done' };
  }
  if (!chosen) return hasRoom ? { kind: 'create' } : { kind: 'done' };
  if (!meetingBot || chosen.meeting_key !== key) return { kind: 'take_claim', bot: chosen };
  const surplus = removable.find((bot) => bot !== chosen);
  if (surplus) return { kind: 'remove', bot: surplus, reason: 'duplicate_of_other_calendar' };
  return isRemovable(chosen) && !isLabelled(chosen, decision) ? { kind: 'relabel', bot: chosen } : { kind: 'done' };
}

/** Does the bot carry the rule and the name of the decision? */
const isLabelled = ({ automatic }: Bot, { rule, bot_name }: BotDecision): boolean =>
  automatic?.bot_name === bot_name && automatic?.rule?.index === rule?.index && automatic?.rule?.name === rule?.name;
