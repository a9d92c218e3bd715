import { listCalendarRows } from '../calendars/calendar-look-up-store.ts';
import { ruleTimingMs } from '../platform/bot-timing.ts';
import { readBotRules } from './bot-rules-store.ts';
import type { RuleDeps } from './rule-deps.ts';
import type { RuleMessage } from './rule-message.ts';

const calendarsPerPage = 100;

/**
 * Sends a message for every calendar of a project whose rules, or their limits, were replaced. If they were replaced again since, the later
 * message does that. The list of calendars is eventually consistent, so it is walked twice (`apply-bot-rules.ts`); a
 * calendar that is created meanwhile is decided by the new rules in its first sync.
 */
export async function reconcileProject(
  { table, ruleQueue }: RuleDeps,
  { project_id: projectId, rules_at: wanted, from: start }: Extract<RuleMessage, { kind: 'project' }>,
  { remainingMs }: { remainingMs: () => number },
): Promise<void> {
  const stored = (await readBotRules(table, projectId)).updated_at;
  if (stored === null || (wanted !== undefined && wanted !== stored)) return;
  for (let from = start; ; ) {
    const page = await listCalendarRows(table, projectId, {
      from: from === undefined ? null : { position: from },
      ascending: true,
      limit: calendarsPerPage,
    });
    const ids = page.rows.map(({ PK }) => PK.slice('CALENDAR#'.length));
    await ruleQueue.send(
      ids.map((calendar_id) => ({ kind: 'calendar', project_id: projectId, calendar_id, rules_at: stored })),
    );
    if (page.end === null) return;
    from = page.end;
    if (remainingMs() < ruleTimingMs.calendarPageReserve) {
      return ruleQueue.send([{ kind: 'project', project_id: projectId, rules_at: stored, from }]);
    }
  }
}
