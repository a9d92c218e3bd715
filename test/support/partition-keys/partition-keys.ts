import { changeShards, projectShards, timerShards } from '../../../shared/store/table-schema.ts';
import { deliveryShards } from '../../../shared/webhooks/delivery-row.ts';
import { handOffUnits, projectEntryUnits, typical } from './typical-rows.ts';

/*
 * What lies under each partition key of the table and its global indexes, and how much is written there, in a project with
 * 100,000 calendars. docs/data-model.md has it as a table. Whoever adds a key to the model adds it here.
 */

/** One project with one OAuth client and one webhook endpoint. */
const calendars = 100_000;
const changesPerDay = 20 * calendars;
/** In the busiest minutes: ten times the mean of a day. */
const changesPerSecond = (10 * changesPerDay) / 86_400;
/** Of calendars that are connected all at once. */
const onboardedPerSecond = 10_000;
/** A partition saves up so many seconds of its units, so that is how long a load counts. */
const burstSeconds = 300;
const largestCalendar = 20_000;
const postsPerSecond = 3_000 / 60;
const kB = 1_000;

interface Amount {
  count: number;
  /** What is counted. */
  what: string;
}

export interface PartitionKey {
  /** The key; with an index before it, the key of that global index. */
  key: string;
  index?: string;
  /** `bytes` under one key for each of the things counted. */
  holds: Amount & { bytes: number };
  /** `units` that are written under one key for each of them in a second. */
  load: Amount & { units: number };
  /** The same for reads, where they come close to a limit first. */
  reads?: Amount & { units: number };
}

const changesIn = typical.changesOfCommit;
const commits = (what = 'commits/s'): Amount => ({ count: changesPerSecond, what });

const tableKeys: PartitionKey[] = [
  {
    key: 'CALENDAR#<calendar>',
    holds: {
      count: 1,
      what: 'calendar, sync state, token, 90 rows of the sync log, 90 notifications of bots',
      bytes: 190 * kB,
    },
    load: { count: largestCalendar / burstSeconds, what: 'bots/s that are removed', units: 3.1 },
  },
  {
    key: 'EVENTS#<project>#<calendar>',
    holds: { count: largestCalendar, what: 'events of a calendar', bytes: typical.event.bytes },
    load: { count: largestCalendar / burstSeconds, what: 'events/s of a first sync', units: typical.event.units },
  },
  {
    key: 'CHANGES#<project>#<shard>#<day>',
    holds: { count: changesPerDay, what: 'changes a day', bytes: (typical.changesOfOne.bytes + 200) / changeShards },
    load: {
      count: onboardedPerSecond,
      what: 'events/s of first syncs',
      units: (changesIn.units + 2) / changesIn.events / changeShards,
    },
  },
  {
    key: 'CHANGES#<project>#<shard>#IN_FLIGHT',
    holds: { count: 1_000, what: 'commits under way', bytes: 200 / changeShards },
    load: { ...commits(), units: 3 / changeShards },
  },
  {
    key: 'CHANGES#<project>',
    holds: { count: 1, what: 'mark', bytes: 200 },
    load: { count: 10, what: 'pages/s of the feed', units: 1 },
    reads: { ...commits(), units: 2 },
  },
  {
    key: 'PAGES#<calendar>',
    holds: { count: largestCalendar, what: 'staged items of a reading', bytes: 700 },
    load: { count: 500, what: 'items/s, written and deleted', units: 2 * 0.7 },
  },
  {
    key: 'CLIENT#<platform>#<SHA-256>',
    holds: { count: 1, what: 'client', bytes: 1 * kB },
    load: { count: changesPerSecond, what: 'refused syncs/s', units: 1 },
  },
  {
    key: 'DEDUPLICATION#<project>#<kind>#<SHA-256>',
    holds: { count: 1, what: 'key', bytes: 200 },
    load: { count: 1, what: 'bots/s with one key', units: 2 },
  },
  {
    key: 'BOT#<bot>',
    holds: { count: 1, what: 'bot of 34 kB, ten notifications', bytes: 45 * kB },
    load: { count: 1, what: 'changes/s of a bot', units: 2 * 34 + 2 },
  },
  {
    key: 'BOTS#<calendar>',
    holds: { count: largestCalendar, what: 'bots that have not ended', bytes: 100 },
    load: { count: 96, what: 'bots/s that come or go', units: 2 },
  },
  {
    key: 'AUTOMATIC#<calendar>',
    holds: { count: largestCalendar, what: 'bots of rules, and events that wait for a place', bytes: 120 },
    load: { count: 96, what: 'bots/s that come or go', units: 2 },
  },
  {
    key: 'CLAIM#<project>#<SHA-256>',
    // A room with three meetings a day, each in 500 calendars, for 88 days.
    holds: { count: 3 * 88 * 500, what: 'attendee events of the meetings of a room', bytes: 45 },
    load: { count: 500 / 30, what: 'attendees/s that are synced', units: 22 },
  },
  {
    key: 'PROJECT#<project>',
    holds: { count: 1, what: 'project: rules of 100 kB, 100 endpoints and keys', bytes: 200 * kB },
    load: { count: postsPerSecond, what: 'POSTs/s', units: 1 },
    // Endpoints of a notification, rules of a decision.
    reads: { ...commits(), units: 3 },
  },
  {
    key: 'ACCOUNT#<account>',
    // The selection of one account names up to 100 calendars of 1,024 characters.
    holds: { count: 250, what: 'calendars of an account', bytes: 130 },
    // A refresh costs a lease and what it grants: 4 kB at Microsoft.
    load: { count: 10, what: 'calendars/s of an account that are connected', units: 10 },
  },
  {
    key: 'OAUTH_APP#<app>',
    holds: { count: calendars, what: 'accounts of an OAuth app', bytes: 120 },
    load: { count: postsPerSecond, what: 'new accounts/s', units: 2 },
  },
  {
    key: 'ORGANIZATION#<connection>',
    holds: { count: calendars, what: 'mailboxes of an organization', bytes: 900 },
    // Each reading of its users writes every mailbox, and so does connecting it.
    load: { count: 20, what: 'mailboxes/s that are connected', units: 4 },
  },
  {
    key: 'PACE#<SHA-256>',
    holds: { count: 1, what: 'pace', bytes: 200 },
    load: { count: 4, what: 'batches/s of mailboxes of one quota', units: 1 },
  },
  {
    key: 'CONNECT_SESSION#<session>',
    holds: { count: 1, what: 'session', bytes: 8 * kB },
    load: { count: 1, what: 'steps/s of a user', units: 8 },
  },
  {
    key: 'PROJECTS',
    holds: { count: 10_000, what: 'projects', bytes: 200 },
    load: { count: 1, what: 'new projects/s', units: 2 },
  },
  {
    key: 'API_KEY#<SHA-256>',
    holds: { count: 1, what: 'key', bytes: 400 },
    load: { count: 1, what: 'changes/s of a key', units: 2 },
    reads: { count: 500, what: 'requests/s with one key', units: 1 },
  },
  {
    key: 'IDEMPOTENCY#<project>#<SHA-256>',
    holds: { count: 1, what: 'answer', bytes: 10 * kB },
    load: { count: 2, what: 'POSTs/s with one key', units: 11 },
  },
  {
    key: 'DELIVERIES#<webhook>#<day>#<shard>',
    holds: { count: changesPerDay, what: 'deliveries a day', bytes: 700 / deliveryShards },
    load: { count: changesPerSecond, what: 'deliveries/s', units: 1 / deliveryShards },
  },
  {
    key: 'DELIVERIES#<webhook>',
    holds: { count: 366, what: 'days', bytes: 90 },
    load: { count: 1, what: 'new days/s', units: 1 },
  },
  {
    key: 'TRAFFIC#<webhook>',
    holds: { count: 1, what: 'endpoint', bytes: 600 },
    load: { count: 50, what: 'attempts/s at an endpoint that is not healthy', units: 2 },
  },
  {
    key: 'SHARE#<lane>#<project>',
    holds: { count: 1, what: 'lane of a project', bytes: 600 },
    load: { count: 50, what: 'listings/s, or workers that work for longer than a second', units: 2 },
  },
  {
    key: 'TICKS#<project>',
    holds: { count: 1, what: 'timer', bytes: 200 },
    load: { count: 1, what: 'searches/s for ticks', units: 3 },
  },
  {
    key: 'TICK#<event>',
    holds: { count: 30, what: 'ticks of an event that moves', bytes: 120 },
    load: { count: 10, what: 'ticks/s of an event', units: 1 },
  },
];

const project = (shards: number): string => (shards === 1 ? '0' : `<0–${shards - 1}>`);

const indexKeys: PartitionKey[] = [
  ...['updated', 'start', 'end', 'created'].map((order) => ({
    index: `project-by-${order}`,
    key: `<project>#EVENT#${project(projectShards.events)}`,
    holds: { count: 150 * calendars, what: 'events', bytes: (1 * kB) / projectShards.events },
    load: {
      count: onboardedPerSecond,
      what: 'events/s of first syncs',
      units: projectEntryUnits / projectShards.events,
    },
  })),
  {
    index: 'project-by-created',
    key: `<project>#CALENDAR#${project(projectShards.calendars)}`,
    holds: { count: calendars, what: 'calendars', bytes: 200 / projectShards.calendars },
    load: { count: postsPerSecond, what: 'new calendars/s', units: 2 / projectShards.calendars },
  },
  {
    index: 'project-by-created',
    key: `<project>#BOT#${project(projectShards.bots)}`,
    holds: { count: 60 * calendars, what: 'bots', bytes: 200 / projectShards.bots },
    load: { count: 500, what: 'new bots/s', units: 2 / projectShards.bots },
  },
  {
    index: 'by-deduplication-key',
    key: '<project>#<kind>#<hash>',
    holds: { count: 1_000, what: 'bots that have had a key', bytes: 200 },
    load: { count: 10, what: 'bots/s with one key', units: 2 },
  },
  {
    index: 'bots-by-meeting-url',
    key: '<project>#MEETING#<hash>',
    holds: { count: 10_000, what: 'bots of a room', bytes: 200 },
    load: { count: 50, what: 'new bots/s of a room', units: 2 },
  },
  {
    index: 'due',
    key: `<kind of timer>#${project(timerShards)}`,
    holds: { count: calendars, what: 'timers', bytes: 200 / timerShards },
    load: { count: 10_000 / 60, what: 'hand-offs/s', units: handOffUnits / timerShards },
  },
];

export const partitionKeys: PartitionKey[] = [...tableKeys, ...indexKeys];
