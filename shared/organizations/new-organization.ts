import type { Platform } from '../calendars/calendar.ts';

/** The parts of a service account's key file that are read. */
export interface ServiceAccountFile {
  project_id: string;
  private_key_id: string;
  private_key: string;
  client_email: string;
  client_id: string;
}

/** A connection that is requested. */
export interface NewOrganization {
  platform: Platform;
  google?: { service_account_key: ServiceAccountFile; admin_subject?: string | undefined } | undefined;
  microsoft?: { tenant: string; client_id: string; client_secret: string } | undefined;
  users?: string[] | undefined;
  group?: string | undefined;
  mailboxes_per_minute?: number | undefined;
  metadata?: Record<string, string> | undefined;
  deduplication_key?: string | undefined;
}

/** What is to be changed; absent fields stay. */
export interface OrganizationChanges {
  paused?: boolean | undefined;
  google?: { service_account_key?: ServiceAccountFile | undefined; admin_subject?: string | undefined } | undefined;
  microsoft?: { client_secret: string } | undefined;
  users?: string[] | undefined;
  group?: string | undefined;
  mailboxes_per_minute?: number | undefined;
  metadata?: Record<string, string> | undefined;
}
