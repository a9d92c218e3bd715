import { limitRecurrence } from '../recurrence-rule.ts';
import type { CalendarState } from './calendar-state.ts';
import { insertEvent, patchEvent, UnknownEventError } from './change-events.ts';
import { openException } from './change-series.ts';
import { dateOf, formatSlot, slotStamp } from './event-slot.ts';
import { ruleSlots } from './expand-series.ts';
import type { GoogleEventPatch } from './google-event.ts';

/**
 * "This and following": the series ends before the named instance and a new one `<base>_R<timestamp>` takes over, with
 * the patch applied (odoo pull 287171). Returns the new series' id. Throws UnknownEventError, and Error for the first
 * instance, where such an edit is one of the whole series.
 */
export function splitSeries(
  calendar: CalendarState,
  id: string,
  patch: GoogleEventPatch,
  now: number,
  random: () => number,
): string {
  const split = openException(calendar, id);
  const master = calendar.events.get(split?.seriesId ?? '');
  if (split === undefined || master?.type !== 'master') throw new UnknownEventError(`No instance ${id}.`);
  let before = 0;
  for (const slot of ruleSlots(calendar, master)) {
    if (slotStamp(slot) === slotStamp(split.originalSlot)) break;
    before += 1;
  }
  if (before === 0) throw new Error('The first instance cannot be split off: change the whole series.');
  const { fields, rule } = master;
  const lines = fields.recurrence ?? [];
  const count = rule.count === undefined ? undefined : rule.count - before;
  const { allDay, startWall, startMs } = split.originalSlot;
  const until = allDay
    ? dateOf(startWall - 86_400_000).replaceAll('-', '')
    : `${new Date(startMs - 1000).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  const base = master.id.replace(/_R\d{8}(T\d{6})?$/, '');
  const following = `${base}_R${slotStamp(split.originalSlot).replace('Z', '')}`;
  const recurrence = count === undefined ? lines : limitRecurrence(lines, `COUNT=${count}`);
  const { start, end } = formatSlot(split.originalSlot, calendar.timeZone, calendar.timeZone);
  patchEvent(calendar, master.id, { recurrence: limitRecurrence(lines, `UNTIL=${until}`) }, now);
  const { iCalUID: _own, ...inherited } = fields;
  insertEvent(calendar, { ...inherited, id: following, start, end, recurrence }, now, random);
  if (Object.keys(patch).length > 0) patchEvent(calendar, following, patch, now);
  return following;
}
