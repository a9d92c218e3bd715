/** Names and keys of the one table and its indexes: the construct creates them from here, the stores query by them. */

/**
 * Events can be listed in four orders, within one calendar (local index, strongly consistent, so an announced row can
 * be read) and within a project (global index, sharded). Each attribute holds `<27-character UTC time>#<id>`: a total
 * order, which also is the position in a cursor.
 */
export const orderings = [
  {
    name: 'updated_at',
    attribute: 'by_updated',
    partitionIndex: 'partition-by-updated',
    projectIndex: 'project-by-updated',
  },
  { name: 'start_time', attribute: 'by_start', partitionIndex: 'partition-by-start', projectIndex: 'project-by-start' },
  { name: 'end_time', attribute: 'by_end', partitionIndex: 'partition-by-end', projectIndex: 'project-by-end' },
  {
    name: 'created_at',
    attribute: 'by_created',
    partitionIndex: 'partition-by-created',
    projectIndex: 'project-by-created',
  },
] as const;

export type Ordering = (typeof orderings)[number];

/** The index of end times also serves the sync, which compares a whole window without reading its full rows. */
const comparison = ['series_id', 'content_hash', 'is_deleted'] as const;

/** Attributes copied into an index beside its keys: those that filters of `GET /calendar_events` ask for. */
export const projection = (attribute: Ordering['attribute']): string[] => [
  ...(['by_updated', 'by_start', 'by_end'] as const).filter((filtered) => filtered !== attribute),
  ...(attribute === 'by_end' ? comparison : []),
];

/**
 * One more local order, for partitions that need one: events the window has not reached yet by the time they begin,
 * changes of a project by calendar.
 */
export const subsetIndex = {
  name: 'partition-by-subset' as const,
  attribute: 'by_subset',
  projection: ['series_id', 'content_hash', 'is_deleted', 'ends_at'],
};

export const eventByIdIndex = 'event-by-id';
export const dueIndex = 'due';

/** Partitions per project in each project index: each takes about 1,000 writes/s. */
export const projectShards = 4;

/** Partitions of a project's changes of a day: each takes about 1,000 write units/s. */
export const changeShards = 4;

/** Whose work a timer is, and with it which queue it goes to: a backlog of one kind never delays another. */
export type TimerKind = 'sync' | 'delivery' | 'bot';

/** Partitions of the due index for each target; `docs/data-model.md` has the arithmetic. */
export const timerShards = 8;
