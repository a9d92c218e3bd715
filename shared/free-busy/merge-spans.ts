import type { EventDetails } from '../events/details/event-details.ts';
import type { Timestamp } from '../platform/timestamp.ts';

/** How an owner is not free, the strongest first: of events at the same time the strongest counts. */
export const occupations = ['out_of_office', 'busy', 'tentative', 'working_elsewhere'] as const;
export type Occupation = (typeof occupations)[number];

/** A time during which an owner is not free. */
export interface BusySpan {
  start: Timestamp;
  end: Timestamp;
  busy: Occupation;
}

/** Null for an event that leaves its owner free. */
export const occupationOf = ({ busy }: Pick<EventDetails, 'busy'>): Occupation | null =>
  busy === 'free' ? null : busy;

/**
 * The spans, cut to a time, without overlaps, in order. What touches and is of the same kind is one span.
 *
 * @param within half open, as the spans are
 */
export function mergeSpans(spans: readonly BusySpan[], within: { from: Timestamp; to: Timestamp }): BusySpan[] {
  const cut = spans
    .map((span) => ({
      ...span,
      start: span.start < within.from ? within.from : span.start,
      end: span.end > within.to ? within.to : span.end,
    }))
    .filter(({ start, end }) => start < end);
  const edges = [
    ...cut.map(({ start, busy }) => ({ at: start, busy, change: 1 })),
    ...cut.map(({ end, busy }) => ({ at: end, busy, change: -1 })),
  ].sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
  const open = new Map<Occupation, number>();
  const merged: BusySpan[] = [];
  let since: Timestamp | null = null;
  let current: Occupation | null = null;
  for (const [index, { at, busy, change }] of edges.entries()) {
    open.set(busy, (open.get(busy) ?? 0) + change);
    if (edges[index + 1]?.at === at) continue;
    const next = occupations.find((kind) => (open.get(kind) ?? 0) > 0) ?? null;
    if (next === current) continue;
    if (current !== null && since !== null) merged.push({ start: since, end: at, busy: current });
    [since, current] = [at, next];
  }
  return merged;
}
