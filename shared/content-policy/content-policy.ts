import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type EventTraits, eventTypes } from '../events/event-traits.ts';

/**
 * How much of an event a project keeps. `no_description`: all but the text; `busy_only`: times and whether the owner is busy;
 * `fields`: times, and the fields that are named.
 */
export const contentModes = ['full', 'no_description', 'busy_only', 'fields'] as const;

/** What `fields` may name, by names of the API. Ids, times, `status`, `busy` and the series are always there. */
export const contentFields = [
  'name',
  'meeting_url',
  'conference',
  'location',
  'description',
  'attendees',
  'organizer',
  'response_status',
  'visibility',
  'event_type',
  'ical_uid',
] as const;
export type ContentField = (typeof contentFields)[number];

/** Types whose events a project may drop. Without the ordinary events nothing would be left. */
type DroppableType = Exclude<EventTraits['event_type'], 'default'>;
export const droppableTypes = eventTypes.filter((type) => type !== 'default') as [DroppableType, ...DroppableType[]];

export const contentPolicySchema = z.object({
  mode: z.enum(contentModes),
  /** Of the mode `fields`; empty otherwise. */
  fields: z.array(z.enum(contentFields)),
  /** Events of these types are not kept. */
  drop_event_types: z.array(z.enum(droppableTypes)),
});
export type ContentPolicy = z.output<typeof contentPolicySchema>;

export const fullContent: ContentPolicy = { mode: 'full', fields: [], drop_event_types: [] };

/** May it limit anything? */
export const isLimiting = ({ mode, drop_event_types }: ContentPolicy): boolean =>
  mode !== 'full' || drop_event_types.length > 0;

/** Names a policy: the same for the same policy, and empty for the one that limits nothing. */
export function policyVersion(policy: ContentPolicy): string {
  if (!isLimiting(policy)) return '';
  const { mode, fields, drop_event_types } = policy;
  const text = JSON.stringify([mode, mode === 'fields' ? [...fields].sort() : [], [...drop_event_types].sort()]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 8);
}

/** The fields that a policy allows. */
export function allowedFields({ mode, fields }: ContentPolicy): ReadonlySet<ContentField> {
  if (mode === 'busy_only') return new Set();
  if (mode === 'fields') return new Set(fields);
  return new Set(mode === 'full' ? contentFields : contentFields.filter((field) => field !== 'description'));
}
