import { readCalendars } from '../calendars/calendar-look-up-store.ts';
import { listEventsSince } from '../events/event-list-store.ts';
import type { EventRow } from '../events/event-row.ts';
import { ruleTimingMs } from '../platform/bot-timing.ts';
import { parseTimestamp, timestampOf } from '../platform/timestamp.ts';
import { readBotRules } from './bot-rules-store.ts';
import { decideBot } from './decide-bot.ts';
import { type EventRank, eventRank } from './event-rank.ts';
import { reconcileEvent, reconcileOneOf } from './reconcile-meeting.ts';
import { reconcileWaiting } from './reconcile-waiting.ts';
import type { RuleDeps } from './rule-deps.ts';
import type { RuleMessage } from './rule-message.ts';

const eventsPerPage = 100;
const daysAtOnce = 10;

const orderOf = ({ event }: EventRow): string => `${event.start_time}#${event.id}`;

/** Work on a calendar's events: those that changed since a time, or all that are ahead. */
type CalendarWork = Extract<RuleMessage, { kind: 'changes' | 'calendar' }>;

/**
 * Reconciles the bots of a calendar's events, page by page; another message continues when the function's time runs out.
 * The lists are read strongly consistent, so every event is in them that a notification was about. A page costs a list
 * and two or three requests; only events that get a bot or have one are read one by one.
 *
 * @param attempt 1 on the first delivery @param remainingMs until the function is stopped
 */
export async function reconcileCalendar(
  deps: RuleDeps,
  work: CalendarWork,
  { attempt, remainingMs }: { attempt: number; remainingMs: () => number },
): Promise<void> {
  const { table, clock } = deps;
  const { project_id: projectId, calendar_id: calendarId } = work;

  for (let from = work.from; ; ) {
    const now = timestampOf(clock.now());
    const rules = await readBotRules(table, projectId);
    if (work.kind === 'calendar' && work.rules_at !== undefined && work.rules_at !== rules.updated_at) return;
    // A project without rules has no bots of theirs, because removing the rules removed the bots. Two messages may still
    // find some: the one of that removal, and one that a worker began under the former rules and did not finish.
    const mayHaveBots = attempt > 1 || (work.kind === 'calendar' && work.rules_at !== undefined);
    if (rules.rules.length === 0 && !mayHaveBots) return;
    const calendar = (await readCalendars(table, projectId, [calendarId])).get(calendarId);
    if (!calendar) return;

    const page = await listEventsSince(table, projectId, calendarId, {
      by: work.kind === 'changes' ? 'changes' : 'start',
      since: work.kind === 'changes' ? (parseTimestamp(work.since) ?? timestampOf(0)) : now,
      startsFrom: now,
      from,
      limit: eventsPerPage,
    });
    const rankOf = ({ event }: EventRow): EventRank => eventRank(event, calendar, rules.internal_domains);
    const concerned = page.rows.filter(
      ({ event, bot_ids }) => bot_ids.length > 0 || decideBot(rules, event, calendar, now).join,
    );
    // The events of a day have places of one number: of two at once, one might take a place and lose it again. The better
    // ones come first, as in the dry run: a worse one would take a place for a moment, and others would find none.
    const inOrder = concerned.toSorted((a, b) => rankOf(a) - rankOf(b) || (orderOf(a) < orderOf(b) ? -1 : 1));
    const days = [...Map.groupBy(inOrder, ({ event }) => event.start_time.slice(0, 'yyyy-mm-dd'.length)).values()];
    const reconcileDay = async (rows: EventRow[]): Promise<void> => {
      for (const { event } of rows) {
        await reconcileOneOf(deps, projectId, { event_id: event.id, calendar_id: calendarId }, reconcileEvent);
      }
    };
    for (let index = 0; index < days.length; index += daysAtOnce) {
      await Promise.all(days.slice(index, index + daysAtOnce).map(reconcileDay));
    }
    if (concerned.length > 0) await reconcileWaiting(deps, projectId, calendarId);
    if (page.end === null) return;
    from = page.end;
    if (remainingMs() < ruleTimingMs.eventPageReserve) return deps.ruleQueue.send([{ ...work, from }]);
  }
}
