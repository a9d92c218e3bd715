import { type Bot, isFollowing } from '../bots/bot.ts';
import { goesTo } from '../bots/bot-meeting.ts';
import type { MeetingClaim } from '../bots/meeting-claim.ts';
import type { DecidedEvent, MeetingBots } from './share-meetings.ts';

/**
 * The bots that meetings have, by their claims. A bot of rules counts while it goes there and its event joins that meeting;
 * once it has joined, it stays.
 *
 * @param bots that the claims name and that exist
 * @param events the holders of the claims, and others
 */
export function findMeetingBots(
  claims: ReadonlyMap<string, MeetingClaim>,
  bots: Bot[],
  events: DecidedEvent[],
): MeetingBots {
  const byId = new Map<string, Bot>(bots.map((bot) => [bot.id, bot]));
  const joins = new Set(
    events.flatMap(({ id, keys, decision }) => (decision.join ? keys.map((key) => `${id} ${key}`) : [])),
  );
  const suppressed = new Set<string>();
  const lasting = new Map<string, string | null>();
  const holders = new Map<string, string>();
  for (const [key, claim] of claims) {
    if (claim.suppressed) suppressed.add(key);
    const bot = byId.get(claim.bot_id ?? '');
    const holder = claim.holder?.event_id ?? '';
    const isJoining = joins.has(`${holder} ${key}`);
    const isThere = bot !== undefined && goesTo(bot, key);
    const isLasting = isThere && (!bot.automatic || !isFollowing(bot) || (isJoining && bot.state === 'staged'));
    if (isLasting) lasting.set(key, bot.calendar_event_id);
    else if (isThere && isJoining) holders.set(key, holder);
  }
  return { suppressed, lasting, holders };
}
