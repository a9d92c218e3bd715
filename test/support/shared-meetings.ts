import type { GoogleEventInput } from '../../local/simulators/google/google-event.ts';
import type { BotRule } from '../../shared/bot-rules/bot-rules.ts';
import type { NewBot } from '../../shared/bots/create-bot.ts';
import { createBot } from '../../shared/bots/create-bot.ts';
import { listBots } from '../../shared/bots/list-bots.ts';
import { timestampOf } from '../../shared/platform/timestamp.ts';
import { createRuleHarness } from './rule-harness.ts';
import { simulateUser } from './simulated-user.ts';
import type { TestStack } from './start-test-stack.ts';

const minute = 60_000;

/** Who organizes an event of a user, and what the user has answered. */
export type Invitation = 'own' | 'accepted' | 'colleague' | 'stranger';
export const invitations: readonly Invitation[] = ['own', 'accepted', 'colleague', 'stranger'];

export interface MeetingEvent {
  link: string;
  /** The iCalendar UID; the event's own by default. */
  uid?: string;
  /** Minutes from the beginning of the test. */
  start: number;
  /** Minutes. */
  length?: number;
  from?: Invitation;
}

/** Gives bots to every meeting, also to invitations of strangers. */
const joinAll: BotRule = { action: 'join', needs_answer: false };

/** Google calendars of one project, whose events are partly for the same meetings. */
export async function arrangeCalendars(stack: TestStack, count: number) {
  const harness = createRuleHarness(stack);
  const { projectId } = harness;
  const since = Math.floor(stack.local.now() / minute) * minute;
  const at = (minutes: number) => ({ dateTime: new Date(since + minutes * minute).toISOString(), timeZone: 'UTC' });
  const calendars = await Promise.all(
    Array.from({ length: count }, async () => {
      const user = simulateUser(stack, 'google', { since });
      const { id } = await harness.connect(user);
      return { user, id, email: user.account.email };
    }),
  );
  const calendarOf = (index: number) => {
    const calendar = calendars[index % calendars.length];
    if (!calendar) throw new Error('no calendar');
    return calendar;
  };
  const invitation = (email: string, from: Invitation): Pick<GoogleEventInput, 'organizer' | 'attendees'> => {
    if (from === 'own') return { organizer: { email }, attendees: [{ email, responseStatus: 'accepted' }] };
    const organizer = { email: from === 'colleague' ? 'colleague@example.com' : 'stranger@evil.example' };
    const responseStatus = from === 'accepted' ? ('accepted' as const) : ('needsAction' as const);
    return { organizer, attendees: [organizer, { email, responseStatus }] };
  };
  const timesOf = (start: number, length: number) => ({ start: at(start), end: at(start + length) });
  /** Ids of calendars with changes that are not synced. */
  const changed = new Set<string>();
  const userOf = (index: number) => {
    const { user, id, email } = calendarOf(index);
    changed.add(id);
    return { user, email };
  };
  const sync = (index: number) => {
    const { id } = calendarOf(index);
    changed.delete(id);
    return harness.finish(id, 'push');
  };

  return {
    harness,
    calendars,
    sync,
    /** @returns the event's id at Google */
    insert: (index: number, { link, uid, start, length = 60, from = 'own' }: MeetingEvent): string => {
      const { user, email } = userOf(index);
      return stack.google.insertEvent(user.calendar, {
        summary: 'planning',
        location: link,
        ...timesOf(start, length),
        ...(uid && { iCalUID: uid }),
        ...invitation(email, from),
      });
    },
    change: (index: number, uuid: string, { link, start, length = 60, from }: Partial<MeetingEvent>): void => {
      const { user, email } = userOf(index);
      stack.google.patchEvent(user.calendar, uuid, {
        ...(link && { location: link }),
        ...(start !== undefined && timesOf(start, length)),
        ...(from && invitation(email, from)),
      });
    },
    remove: (index: number, uuid: string): void => userOf(index).user.remove(uuid),
    put: (rules: BotRule[] = [joinAll]) => harness.put(rules, ['example.com']),
    /** Syncs the calendars that have changed. */
    syncAll: async (): Promise<void> => {
      for (const [index, { id }] of calendars.entries()) if (changed.has(id)) await sync(index);
    },
    /** As `POST /bots` does; minutes from the beginning of the test. */
    ask: (given: Omit<NewBot, 'bot_name' | 'join_at'> & { start?: number }) => {
      const { start, ...request } = given;
      return createBot({ ...harness.rules, ...harness.asksForRules }, projectId, {
        bot_name: 'Recorder',
        ...request,
        ...(start !== undefined && { join_at: timestampOf(since + start * minute) }),
      });
    },
    timeOf: (minutes: number) => timestampOf(since + minutes * minute),
    events: async () => (await Promise.all(calendars.map(({ id }) => harness.stored(id)))).flat(),
    bots: async () => {
      const any = { meetingUrl: null, deduplicationKey: null, states: null };
      const filters = { ...any, joinAtAfter: null, joinAtBefore: null, calendarEventId: null };
      return (await listBots(harness.table, projectId, filters, null)).rows;
    },
  };
}
