import { createHash } from 'node:crypto';
import * as z from 'zod';
import { idOf } from '../platform/ids.ts';
import { sealedText } from '../platform/sealed.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { defineRow } from '../store/row.ts';
import { gzippedJson, storedTimestamp } from '../store/stored-values.ts';
import { subsetIndex } from '../store/table-schema.ts';
import { timerAttributes } from '../timers/timer-store.ts';
import {
  type FailedMailbox,
  type Following,
  followingSchema,
  type Mailbox,
  mailboxSchema,
  type Organization,
  organizationSchema,
} from './organization.ts';

type OrganizationName = Pick<Organization, 'id' | 'project_id'>;

export const organizationRow = defineRow('organization', 1, organizationSchema);
export const organizationPrefix = 'ORGANIZATION#';
export const organizationListPartition = (projectId: string): string => `PROJECT#${projectId}`;
export const organizationKey = ({ id, project_id }: OrganizationName) => ({
  PK: organizationListPartition(project_id),
  SK: `${organizationPrefix}${id}`,
});
export const writeOrganization = (organization: Organization): Record<string, unknown> => ({
  ...organizationKey(organization),
  ...organizationRow.write(organization),
});

/** What belongs to a connection, and may be much. */
export const organizationPartition = (id: string): string => `ORGANIZATION#${id}`;

export const followingRow = defineRow('following of an organization', 1, followingSchema);
export const followingKey = (id: string) => ({ PK: organizationPartition(id), SK: 'FOLLOWING' });

/** @param dueAt when the work goes on; null: when a request asks for it */
export const writeFollowing = (
  { id, project_id }: OrganizationName,
  following: Following,
  dueAt: Timestamp | null,
): Record<string, unknown> => ({
  ...followingKey(id),
  ...followingRow.write(following),
  project_id,
  ...(dueAt !== null && timerAttributes('follow', id, dueAt, project_id)),
});

export const mailboxRow = defineRow('mailbox of an organization', 1, mailboxSchema);
export const mailboxPrefix = 'MAILBOX#';
export const mailboxKey = (id: string, userId: string) => ({
  PK: organizationPartition(id),
  SK: `${mailboxPrefix}${userId}`,
});

/**
 * Mailboxes that are not connected are in a local index by the time at which they are tried, and failed ones in another one
 * by the time since which they fail.
 */
export const writeMailbox = (id: string, mailbox: Mailbox): Record<string, unknown> => ({
  ...mailboxKey(id, mailbox.user_id),
  ...mailboxRow.write(mailbox),
  ...(mailbox.status !== 'connected' &&
    mailbox.try_at !== null && { [subsetIndex.attribute]: `${mailbox.try_at}#${mailbox.user_id}` }),
  ...(isFailed(mailbox) && { by_created: failurePosition(mailbox) }),
});

export const isFailed = (mailbox: Mailbox): mailbox is FailedMailbox =>
  mailbox.status === 'failed' && mailbox.failure !== null;

/** Where a failed mailbox is in the list of failures. */
const failurePosition = ({ failure, user_id }: FailedMailbox): string => `${failure.since}#${user_id}`;

/** The list of users of a connection that names them. */
export const userListRow = defineRow(
  'users of an organization',
  1,
  z.object({ users: gzippedJson(z.array(z.string())) }),
);
export const userListKey = (id: string) => ({ PK: organizationPartition(id), SK: 'USERS' });

/** The access token that serves all mailboxes of a tenant. `refreshing_until`: one worker requests another one. */
export const organizationAccessRow = defineRow(
  'access of an organization',
  1,
  z.object({
    sealed: sealedText.optional(),
    expires_at: storedTimestamp.optional(),
    refreshing_until: storedTimestamp.optional(),
  }),
);
export const organizationAccessKey = (id: string) => ({ PK: organizationPartition(id), SK: 'ACCESS_TOKEN' });

/** A row that exists while a connection has the key. */
export const organizationLookupKey = (projectId: string, key: string) => ({
  PK: `DEDUPLICATION#${projectId}#ORGANIZATION#${createHash('sha256').update(key).digest('hex')}`,
  SK: 'DEDUPLICATION',
});
export const organizationLookupRow = defineRow('organization look-up', 1, z.object({ organization_id: idOf('orgc') }));
