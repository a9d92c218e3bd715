import * as z from 'zod';
import { formatTimestamp } from '../../platform/timestamp.ts';
import type { ChangePage, PageRequest, ReadRequest } from '../calendar-provider.ts';
import { noError, pageLink } from '../page-link.ts';
import { ProviderError } from '../provider-error.ts';
import { readAnswer } from '../read-answer.ts';
import type { GraphApi } from './graph-api.ts';
import { readGraphItem } from './graph-item.ts';
import { calendarPath } from './mailbox-path.ts';

const pageSchema = z.object({
  value: z.array(z.unknown()),
  '@odata.nextLink': pageLink,
  '@odata.deltaLink': pageLink,
  error: noError,
});

type CalendarRequest = Pick<ReadRequest, 'calendar'>;

/** Path of an event or a series, in the path of its calendar. */
export const eventPath = (request: CalendarRequest, id: string): string =>
  `${calendarPath(request.calendar)}/events/${encodeURIComponent(id)}`;

/** Path of the instances that a series has in the span. */
export const instancesPath = (request: Pick<ReadRequest, 'calendar' | 'span'>, id: string): string =>
  `${eventPath(request, id)}/instances?${rangeOf(request)}`;

const rangeOf = ({ span }: Pick<ReadRequest, 'span'>): string =>
  `startDateTime=${formatTimestamp(span.start)}&endDateTime=${formatTimestamp(span.end)}`;

/** Reads one page of events. Links are followed as they are, also those of empty pages. @throws ProviderError */
export async function getGraphPage(api: GraphApi, target: string, pageSize: number): Promise<ChangePage> {
  const answer = await api.getPage(target, pageSize);
  const page = readAnswer(pageSchema, answer.body);
  const items = page.value.flatMap((value) => readGraphItem(value) ?? []);
  return {
    items,
    tooLarge: [],
    // An item without an id cannot be stored.
    skipped: page.value.length - items.length,
    next: page['@odata.nextLink'],
    syncToken: page['@odata.deltaLink'],
    timeZone: 'UTC',
    bytes: answer.bytes,
  };
}

/**
 * A page of a delta round of `calendarView` (https://learn.microsoft.com/en-us/graph/delta-query-events). The first round
 * lists the window, which then is part of the link. Later rounds list changes. The plain view has neither tokens nor stubs.
 *
 * @throws ProviderError
 */
export async function fetchMicrosoftPage(api: GraphApi, request: PageRequest): Promise<ChangePage> {
  const { syncToken, isPlain, link, pageSize, isSlim } = request;
  const view = `${calendarPath(request.calendar)}/calendarView${isPlain ? '' : '/delta'}?${rangeOf(request)}`;
  const target = link ?? syncToken ?? view;
  const page = isSlim ? readSlimPage(await api.getEnds(target)) : await getGraphPage(api, target, pageSize);
  const isEnd = page.next === null && page.syncToken === null;
  if (isEnd && !isPlain) throw unreadable('no_delta_link', 'the round ended without a delta link');
  if (page.syncToken !== null && !api.isOwn(page.syncToken))
    throw unreadable('foreign_link', 'the delta link leads to another host');
  return page;
}

/** What identifies the one item of a page, and the link after it. Change tracking knows no `$select`. */
function readSlimPage({ head, tail }: { head: string; tail: string }): ChangePage {
  const id = /"id"\s*:\s*"([^"\\]+)"/.exec(head)?.[1];
  const linkOf = (name: string): string | null => {
    const matches = [...tail.matchAll(new RegExp(`"@odata\\.${name}"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*")`, 'g'))];
    const text = matches.at(-1)?.[1];
    return text === undefined ? null : z.string().parse(JSON.parse(text));
  };
  const [next, syncToken] = [linkOf('nextLink'), linkOf('deltaLink')];
  if (id === undefined) throw unreadable('odd_answer', 'an item that is too large has no id');
  return { items: [], tooLarge: [id], skipped: 0, next, syncToken, timeZone: 'UTC', bytes: 0 };
}

const unreadable = (code: string, message: string): ProviderError =>
  new ProviderError({ kind: 'retry', error: 'answer_unreadable' }, code, message);
