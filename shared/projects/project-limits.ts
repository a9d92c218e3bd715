/** Limits of a project per minute, and of what it may have. The stack sets them; the CLI overrides them for a project. */
const rateNames = [
  'posts_per_minute',
  'bots_per_minute',
  'manual_syncs_per_minute',
  'window_changes_per_minute',
  'feed_reads_per_minute',
] as const;
export const limitNames = [...rateNames, 'calendars', 'webhooks'] as const;

export type RateName = (typeof rateNames)[number];
export type LimitName = (typeof limitNames)[number];
export type ProjectLimits = Record<LimitName, number>;

/** The largest value of a limit: calendars and endpoints have bounds of the data model (docs/data-model.md). */
export const largestLimits: ProjectLimits = {
  posts_per_minute: 60_000,
  bots_per_minute: 60_000,
  manual_syncs_per_minute: 60_000,
  window_changes_per_minute: 60_000,
  feed_reads_per_minute: 60_000,
  calendars: 1_000_000,
  webhooks: 100,
};

/** Reads the variable with the limits of the stack: JSON, written by infrastructure. Undefined when it is malformed. */
export function readProjectLimits(text: string): ProjectLimits | undefined {
  try {
    const given = JSON.parse(text) as Partial<ProjectLimits>;
    return limitNames.every((name) => Number.isInteger(given[name])) ? (given as ProjectLimits) : undefined;
  } catch {
    return undefined;
  }
}
