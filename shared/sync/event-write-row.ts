import type { Calendar } from '../calendars/calendar.ts';
import type { CalendarEvent } from '../events/calendar-event.ts';
import { contentChange, eventFormat, eventKey, eventShard } from '../events/event-row.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { absent, all, type Change, type Condition, equals, exists } from '../store/expression.ts';
import { orderText } from '../store/stored-values.ts';
import type { TransactionItem } from '../store/transaction.ts';
import type { PlannedWrite, VisibleWrite } from './plan-changes.ts';

/** Ids of an event's bots: as they were read, which must still hold, and as they are to be. */
interface EventBotIds {
  seen: string[];
  left: string[];
}

/** The row that is there cannot be read: all its attributes are written again. */
interface RowRepair {
  /** The event as it is to be. */
  event: CalendarEvent;
  areBotsLost: boolean;
}

/** A write with what its row needs beside: a stamp where users see it, and when the row expires. */
export type StoredWrite =
  | (VisibleWrite & { updated_at: Timestamp; expires_at: number; bots?: EventBotIds; repair?: RowRepair })
  | (Extract<PlannedWrite, { type: 'prefetched' }> & { expires_at: number })
  | Extract<PlannedWrite, { type: 'dropped' }>;

/** The item of an event. Its attributes are set one by one, so that other attributes of the row stay. */
export function eventItem(calendar: Calendar, write: StoredWrite): TransactionItem {
  const update = eventKey(calendar.project_id, calendar.id, write.id);
  if (write.type === 'dropped') return { delete: update };
  if ('repair' in write && write.repair) return { update, change: repairedRow(calendar, write, write.repair) };
  if (write.type === 'deleted') {
    // Its content stays, unless the content policy keeps less.
    const packed = write.content && contentChange(write.content);
    const set = {
      ...(packed && { ...packed.set, ...eventFormat, content_hash: '' }),
      is_deleted: true,
      by_updated: orderText(write.updated_at, write.id),
      expires_at: write.expires_at,
    };
    return { update, change: withBots({ set, ...(packed && { remove: packed.remove }), when: exists() }, write.bots) };
  }
  const { content } = write;
  const packed = contentChange(content);
  const values = {
    ...eventFormat,
    ...packed.set,
    calendar_id: calendar.id,
    series_id: content.recurring_event_id,
    is_deleted: false,
    content_hash: write.content_hash,
    expires_at: write.expires_at,
  };
  const start = orderText(content.start_time, write.id);
  if (write.type === 'prefetched')
    return {
      update,
      change: { set: { ...values, by_subset: start, ends_at: content.end_time }, remove: packed.remove },
    };
  const updated = orderText(write.updated_at, write.id);
  const set = {
    ...values,
    project_shard: eventShard(calendar.project_id, calendar.id),
    by_start: start,
    by_end: orderText(content.end_time, write.id),
    by_updated: updated,
  };
  const change = { set, setOnce: { by_created: updated }, remove: [...packed.remove, 'by_subset', 'ends_at'] };
  return { update, change: withBots(change, write.bots) };
}

function repairedRow(
  calendar: Calendar,
  write: Extract<StoredWrite, { updated_at: Timestamp }>,
  { event, areBotsLost }: RowRepair,
): Change {
  const { id, calendar_id, is_deleted, created_at, updated_at, ...content } = event;
  const packed = contentChange(content);
  const set = {
    ...eventFormat,
    ...packed.set,
    calendar_id,
    series_id: content.recurring_event_id,
    is_deleted,
    content_hash: write.type === 'deleted' ? '' : write.content_hash,
    expires_at: write.expires_at,
    project_shard: eventShard(calendar.project_id, calendar.id),
    by_start: orderText(content.start_time, id),
    by_end: orderText(content.end_time, id),
    by_updated: orderText(updated_at, id),
    by_created: orderText(created_at, id),
  };
  const remove = [...packed.remove, 'by_subset', 'ends_at'];
  return areBotsLost ? { set, remove: [...remove, 'bot_ids'] } : withBots({ set, remove }, write.bots);
}

/** Bots are added to an event, and removed from it, by others, too: the commit holds only if its bots are as they were read. */
function withBots(change: Change, bots: EventBotIds | undefined): Change {
  if (!bots) return change;
  const { seen, left } = bots;
  const areSame: Condition = seen.length > 0 ? equals('bot_ids', new Set(seen)) : absent('bot_ids');
  const when = change.when ? all(change.when, areSame) : areSame;
  if (left.length === seen.length && left.every((id) => seen.includes(id))) return { ...change, when };
  return left.length > 0
    ? { ...change, when, set: { ...change.set, bot_ids: new Set(left) } }
    : { ...change, when, remove: [...(change.remove ?? []), 'bot_ids'] };
}
