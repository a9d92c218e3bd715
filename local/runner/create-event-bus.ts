import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { LocalClock } from './create-clock.ts';
import { LOCAL_ACCOUNT, LOCAL_REGION } from './local-account.ts';
import type { LocalRule } from './local-rule.ts';
import { type AwsOperations, AwsServiceError } from './start-aws-json-server.ts';

const entrySchema = z.looseObject({
  Detail: z.string().optional(),
  DetailType: z.string().optional(),
  EventBusName: z.string().default('default'),
  Resources: z.array(z.string()).default([]),
  Source: z.string().optional(),
});
const putEventsSchema = z.looseObject({ Entries: z.array(entrySchema).min(1).max(10) });

/** An event in the form that rules, targets and listeners receive. */
export type BusEvent = {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  time: string;
  region: string;
  resources: string[];
  detail: unknown;
};

type Entry = z.output<typeof entrySchema>;
type EntryResult = { EventId: string } | { ErrorCode: string; ErrorMessage: string };

export type EventBusOptions = {
  busNames: readonly string[];
  rules: readonly LocalRule[];
  clock: Pick<LocalClock, 'now'>;
  /** Called for every event that was accepted, before its rules see it. */
  onEvent: (event: BusEvent) => void;
  log: (line: string) => void;
};

/** Limit of PutEvents for one entry, and for all entries together. */
const MOST_BYTES = 256 * 1024;

const refuse = (ErrorCode: string, ErrorMessage: string): EntryResult => ({ ErrorCode, ErrorMessage });

const parseDetail = (detail: string): { detail: Record<string, unknown> } | undefined => {
  try {
    const parsed: unknown = JSON.parse(detail);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? { detail: parsed as Record<string, unknown> }
      : undefined;
  } catch {
    return undefined;
  }
};

/** Formats a time (milliseconds since the epoch) as EventBridge does: in whole seconds. */
export const eventTime = (now: number): string => new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');

const isTooLarge = (entries: readonly Entry[]): boolean => {
  const sizes = entries.map(({ Detail = '', DetailType = '', Source = '', Resources }) =>
    Buffer.byteLength(Detail + DetailType + Source + Resources.join('')),
  );
  return sizes.reduce((sum, size) => sum + size, 0) > MOST_BYTES;
};

/**
 * Makes the operation `PutEvents` for the buses and rules of a template. It answers after all targets of the matching
 * rules were called; a failed target is logged and not retried. A faulty entry fails alone (`FailedEntryCount`), the
 * other entries are delivered.
 */
export const createEventBus = ({ busNames, rules, clock, onEvent, log }: EventBusOptions): AwsOperations => {
  const deliver = async (rule: LocalRule, event: BusEvent): Promise<void> => {
    for (const { target, ok, error } of await rule.deliver(event)) {
      if (!ok) log(`rule ${rule.name} → ${target}: ${error}`);
    }
  };
  const putEntry = async (entry: Entry): Promise<EntryResult> => {
    const { Source, DetailType, Detail, EventBusName } = entry;
    if (!Source)
      return refuse('InvalidArgument', 'Parameter Source is not valid. Reason: Source is a required argument.');
    if (Source.startsWith('aws.')) return refuse('NotAuthorizedForSourceException', 'Not authorized for the source.');
    if (!DetailType) {
      return refuse('InvalidArgument', 'Parameter DetailType is not valid. Reason: DetailType is a required argument.');
    }
    const parsed = parseDetail(Detail ?? '');
    if (parsed === undefined) return refuse('MalformedDetail', 'Detail is malformed.');
    const bus = EventBusName.replace(/^.*event-bus\//, '');
    // EventBridge silently drops such events; locally a wrong name is an error.
    if (bus !== 'default' && !busNames.includes(bus)) {
      return refuse('ResourceNotFoundException', `Event bus ${bus} does not exist.`);
    }
    const event: BusEvent = {
      version: '0',
      id: randomUUID(),
      'detail-type': DetailType,
      source: Source,
      account: LOCAL_ACCOUNT,
      time: eventTime(clock.now()),
      region: LOCAL_REGION,
      resources: entry.Resources,
      detail: parsed.detail,
    };
    onEvent(event);
    const matching = rules.filter((rule) => rule.enabled && rule.bus === bus && rule.matches(event));
    await Promise.all(matching.map((rule) => deliver(rule, event)));
    return { EventId: event.id };
  };

  return {
    PutEvents: async (raw) => {
      const input = putEventsSchema.safeParse(raw);
      if (!input.success) throw new AwsServiceError('ValidationException', z.prettifyError(input.error));
      if (isTooLarge(input.data.Entries)) {
        throw new AwsServiceError('ValidationException', 'Total size of the entries in the request is over the limit.');
      }
      const Entries = await Promise.all(input.data.Entries.map(putEntry));
      return { FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length, Entries };
    },
  };
};
