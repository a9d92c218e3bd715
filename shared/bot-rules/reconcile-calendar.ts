import { readCalendars } from '../calendars/calendar-store.ts';
import { listEventsSince, readEvents } from '../events/event-store.ts';
import { parseTimestamp, timestampOf } from '../platform/timestamp.ts';
import { readBotRules } from './bot-rules-store.ts';
import { decideBot } from './decide-bot.ts';
import { settleEventBot } from './reconcile-event-bot.ts';
import type { RuleDeps } from './rule-deps.ts';
import type { RuleMessage } from './rule-queue.ts';

/** Kept of a function's time for the page it is at. */
const reserveMs = 45_000;
const eventsPerPage = 100;
/** Settled at once. */
const sideBySide = 10;

/** Work on a calendar's events: those that changed since a time, or all that lie ahead. */
type CalendarWork = Extract<RuleMessage, { kind: 'changes' | 'calendar' }>;

/**
 * Settles the bots of a calendar's events, in pages; what does not fit into the function's time goes on in another
 * message. The lists are read strongly consistent, so whatever was told of is in them. A page costs a list and three
 * requests; only events that are to have a bot, or have one, are looked at one by one.
 *
 * @param attempt 1 on the first delivery @param remainingMs until the function is stopped
 */
export async function settleCalendar(
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
    // Without rules there are no bots of theirs: whoever took them away has seen to that. Unless what was begun under
    // rules, and died, is done again.
    const mayHaveBots = attempt > 1 || (work.kind === 'calendar' && work.rules_at !== undefined);
    if (rules.rules.length === 0 && !mayHaveBots) return;
    const calendar = (await readCalendars(table, projectId, [calendarId])).get(calendarId);
    if (!calendar) return;

    const page = await listEventsSince(table, projectId, calendarId, {
      by: work.kind === 'changes' ? 'changes' : 'start',
      since: work.kind === 'changes' ? (parseTimestamp(work.since) ?? timestampOf(0)) : now,
      from,
      limit: eventsPerPage,
    });
    const ahead = page.events.filter(({ starts_at: at }) => at === undefined || at >= now).map(({ id }) => id);
    const rows = ahead.length === 0 ? [] : [...(await readEvents(table, projectId, calendarId, ahead)).values()];
    const concerned = rows.filter(
      ({ event, bot_ids }) => bot_ids.length > 0 || decideBot(rules, event, calendar, now).join,
    );
    for (let index = 0; index < concerned.length; index += sideBySide) {
      await Promise.all(
        concerned
          .slice(index, index + sideBySide)
          .map(({ event }) => settleEventBot(deps, projectId, { event_id: event.id, calendar_id: calendarId })),
      );
    }
    if (page.end === null) return;
    from = page.end;
    if (remainingMs() < reserveMs) return deps.ruleQueue.send([{ ...work, from }]);
  }
}
