/** An administrator's grant for an organization. */
export type OrganizationCredentials =
  /** A service account with domain-wide delegation. */
  | { platform: 'google'; key: ServiceAccountKey }
  /** An app with application permissions in a tenant. */
  | { platform: 'microsoft'; tenant: string; clientId: string; clientSecret: string };

/** The parts of a service account's JSON key file that sign. */
export interface ServiceAccountKey {
  client_email: string;
  private_key_id: string;
  /** PEM. */
  private_key: string;
}

/** What a token of an organization is for: the calendars of a user, or as an administrator all users, or the members of groups. */
export interface OrganizationAccess {
  purpose: 'calendar' | 'users' | 'members';
  /** Address of the user at Google, in whose name the token acts. At Microsoft one token serves all. */
  subject: string;
}

/** A user of an organization, as its directory has it. */
export interface DirectoryUser {
  /** The directory's id of the user, which stays when the address changes. */
  id: string;
  /** By which the calendars of the user are addressed: the address at Google, the id at Microsoft, which stays. */
  mailbox: string;
  email: string;
  /** False: suspended, archived or blocked. */
  isEnabled: boolean;
}

/** What is listed. @param group undefined: all users */
export interface DirectoryRequest {
  group: string | undefined;
  /** Link to the page; null for the first one. */
  link: string | null;
  pageSize: number;
}

/** A page of users. A member that is no user, and a guest are left out. It may have more users than were asked for. */
export interface DirectoryPage {
  users: DirectoryUser[];
  /** False: the page has entries that could not be read. They may be users. */
  isWhole: boolean;
  /** Null: the list was read to its end. */
  next: string | null;
}

/** An entry of a list: a user, something else, or something that cannot be read. */
export type DirectoryEntry = DirectoryUser | 'no_user' | 'unreadable';

export const pageOf = (entries: DirectoryEntry[], next: string | null): DirectoryPage => ({
  users: entries.filter((entry) => typeof entry === 'object'),
  isWhole: !entries.includes('unreadable'),
  next,
});
