import type { Trace } from './follow-changes.ts';
import { formatDuration } from './format-duration.ts';
import { paint } from './paint.ts';
import type { ReadEvent } from './read-events.ts';
import type { WhenText } from './when-text.ts';

const longestName = 48;

/** Formats a title for a terminal line: without control characters, and cut when it is too long. */
export function showName(name: string | null): string {
  const plain = (name ?? 'untitled').replaceAll(/\p{C}/gu, ' ');
  return `"${plain.length > longestName ? `${plain.slice(0, longestName - 1)}…` : plain}"`;
}

function showEvent(event: ReadEvent, when: WhenText): string {
  const [from, to] = [Date.parse(event.start_time), Date.parse(event.end_time)];
  const times = event.is_all_day ? `${when.day(from)}, all day` : `${when.start(from)}–${when.clock(to)}`;
  const extras = [event.meeting_platform ?? 'no link', ...(event.is_deleted ? [paint('red', 'deleted')] : [])];
  return [showName(event.name), times, ...extras].join(', ');
}

/** Formats a change in three lines: what happened, how long each step took, and the event as the API now returns it. */
export function showTrace(headline: string, trace: Trace, when: WhenText): string {
  const { changedAt, pushedAt, syncedAt, webhookAt, readAt, isGenuine, event } = trace;
  const step = (name: string, milliseconds: number): string => `${paint('cyan', name)} ${formatDuration(milliseconds)}`;
  const steps = [
    step('push', pushedAt - changedAt),
    step('sync', syncedAt - pushedAt),
    `${step('webhook', webhookAt - syncedAt)} ${isGenuine ? paint('green', 'signed ✓') : paint('red', 'SIGNATURE WRONG')}`,
    step('read', readAt - webhookAt),
  ];
  const total = paint('bold', `${formatDuration(readAt - changedAt)} in total`);
  return [
    `${when.second(changedAt)}  ${paint('bold', headline)}`,
    `          ${steps.join(' → ')} = ${total}`,
    paint('dim', `          read: ${showEvent(event, when)}`),
    '',
  ].join('\n');
}
