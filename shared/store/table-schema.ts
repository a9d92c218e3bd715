/** Names and keys of the one table and its indexes. The construct creates them, and the stores query by them. */

/**
 * Events are listed in four orders. Within a calendar a local index is read: it is strongly consistent, so a client can
 * read an event that it was notified of. Within a project a sharded global index is read. Each attribute holds
 * `<27-character UTC time>#<id>`: a total order, and also the position in a cursor.
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

/** Attributes that the sync compares. It reads them from the index of end times, without full rows. */
const comparison = ['series_id', 'content_hash', 'is_deleted'] as const;

/** Attributes that an index copies beside its keys: those that the filters of `GET /calendar_events` need. */
export const projection = (attribute: Ordering['attribute']): string[] => [
  ...(['by_updated', 'by_start', 'by_end'] as const).filter((filtered) => filtered !== attribute),
  ...(attribute === 'by_end' ? comparison : []),
];

/** A local order of some rows of a partition: prefetched events by start, and the changes of a day by calendar. */
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

/** The kind of a timer decides its queue. A backlog of one kind delays no other kind. */
export const timerKinds = ['google-sync', 'microsoft-sync', 'delivery', 'bot'] as const;
export type TimerKind = (typeof timerKinds)[number];

/** Partitions of the due index for each kind. `docs/data-model.md` has the arithmetic. */
export const timerShards = 8;
