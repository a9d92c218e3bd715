/** Names and keys of the one table and its indexes. The construct creates them, and the stores query by them. */

/** What a list shows of an event, and what the sync compares. Content is among it while an entry stays below a kilobyte. */
const listed = [
  'by_updated',
  'by_start',
  'by_end',
  'by_created',
  'calendar_id',
  'is_deleted',
  'series_id',
  'content_hash',
  'bot_ids',
  'content',
];

/**
 * Events are listed in four orders. Within a calendar a local index is read: it is strongly consistent, so a client can
 * read an event that it was notified of. Within a project a sharded global index is read. Each attribute holds
 * `<27-character UTC time>#<id>`: a total order, and also the position in a cursor.
 *
 * `partitionCopies` and `projectCopies` are the attributes that the two indexes have beside the keys of the table. An entry
 * that has all that a list shows costs a write unit for each change of its event, and saves the list the reading of its row
 * (docs/decisions/0011). So the orders have it by which clients list a calendar, and those that every change rewrites anyway.
 */
export const orderings = [
  {
    name: 'updated_at',
    attribute: 'by_updated',
    partitionIndex: 'partition-by-updated',
    projectIndex: 'project-by-updated',
    partitionCopies: listed,
    projectCopies: listed,
  },
  {
    name: 'start_time',
    attribute: 'by_start',
    partitionIndex: 'partition-by-start',
    projectIndex: 'project-by-start',
    partitionCopies: listed,
    projectCopies: ['by_end'],
  },
  {
    name: 'end_time',
    attribute: 'by_end',
    partitionIndex: 'partition-by-end',
    projectIndex: 'project-by-end',
    partitionCopies: listed,
    projectCopies: ['by_start'],
  },
  {
    name: 'created_at',
    attribute: 'by_created',
    partitionIndex: 'partition-by-created',
    projectIndex: 'project-by-created',
    partitionCopies: [],
    projectCopies: [],
  },
] as const satisfies {
  attribute: string;
  partitionCopies: readonly string[];
  projectCopies: readonly string[];
  [name: string]: unknown;
}[];

export type Ordering = (typeof orderings)[number];

/** A local order of some rows of a partition: prefetched events by start, and the changes of a day by calendar. */
export const subsetIndex = {
  name: 'partition-by-subset' as const,
  attribute: 'by_subset',
  projection: ['series_id', 'content_hash', 'is_deleted', 'ends_at'],
};

/**
 * What users look up without a key of the table, ended bots included, oldest first. Each index has an attribute that names
 * the project and the value (`lookupOf`). A row without the attribute is not in the index.
 */
export const lookupAttributes = { deduplicationKey: 'deduplication', meetingUrl: 'meeting' } as const;
export type LookupAttribute = (typeof lookupAttributes)[keyof typeof lookupAttributes];
export const lookupIndexes = { deduplicationKey: 'by-deduplication-key', meetingUrl: 'bots-by-meeting-url' } as const;

export const dueIndex = 'due';
/** Whose timer it is: its message has the project's group in its queue. It never changes, so it costs no write. */
export const dueProjection = ['project_id'];

/**
 * Partitions of a project in each project index: each takes about 1,000 write units/s, and a new event costs two in each
 * index. So 10,000 events/s of calendars that are connected take 833 of a partition. The rows of a calendar or bot share
 * theirs. A list of the project costs a request for each.
 */
export const projectShards = { events: 24, calendars: 1, accounts: 1, bots: 4 };

/**
 * Partitions of a project's changes of a day: each takes about 1,000 write units/s, and 10,000 events/s in full commits are
 * 7,300 units. `docs/data-model.md` has the arithmetic of every key.
 */
export const changeShards = 10;

/** The kind of a timer decides its queue. A backlog of one kind delays no other kind. */
export const timerKinds = ['google-sync', 'microsoft-sync', 'delivery', 'bot', 'follow'] as const;
export type TimerKind = (typeof timerKinds)[number];

/** Partitions of the due index for each kind. `docs/data-model.md` has the arithmetic. */
export const timerShards = 8;
