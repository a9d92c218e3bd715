import type { Clock } from '../platform/clock.ts';
import type { AccountId } from '../platform/ids.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import type { DirectoryPage } from '../providers/directory.ts';
import type { Table } from '../store/table.ts';
import type { Following, Mailbox, Organization } from './organization.ts';

/** What following an organization needs. */
export interface FollowDeps {
  table: Table;
  clock: Pick<Clock, 'now'>;
  /** One page of the users that are to be connected. @throws ProviderError */
  readPage(organization: Organization, link: string | null, pageSize: number): Promise<DirectoryPage>;
  /** Checks that a mailbox can be read, and connects it. Again it changes nothing. @throws ProviderError, MailboxRefused */
  connect(organization: Organization, mailbox: Mailbox): Promise<AccountId>;
  /** Deletes the account of a mailbox with its calendars, if there is one. Again it changes nothing. */
  disconnect(organization: Organization, mailbox: Mailbox): Promise<void>;
  /** Reads a connected mailbox. @throws ProviderError */
  look(organization: Organization, mailbox: string): Promise<void>;
  pause(ms: number): Promise<void>;
}

/**
 * What a part of the work has done: `after` is how far the connection is then, with the changed mailboxes. `wait`: nothing
 * can be done before that time.
 */
export type Part =
  | { after: Following; changes: Map<string, Mailbox | null> }
  | { wait: Timestamp | null; after?: Following };
