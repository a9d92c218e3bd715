/** A user of an organization, as its directory has it. */
export interface DirectoryUser {
  /** The directory's id of the user, which stays when the address changes. */
  id: string;
  /** By which the calendars of the user are addressed: `primaryEmail` at Google, `userPrincipalName` at Microsoft. */
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

/** A page of users. A member that is no user, a guest, and an entry without an address are left out. */
export interface DirectoryPage {
  users: DirectoryUser[];
  /** Null: the list was read to its end. */
  next: string | null;
}
