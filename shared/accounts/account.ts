import * as z from 'zod';
import { platforms } from '../calendars/calendar.ts';
import { idOf } from '../platform/ids.ts';
import { sealedText } from '../platform/sealed.ts';
import { storedTimestamp } from '../store/stored-values.ts';

/** What the provider grants access for. */
const grantSchema = z.discriminatedUnion('kind', [
  /** The consent of a user to an OAuth client that was posted with it. */
  z.object({ kind: z.literal('client'), client_secret: sealedText, refresh_token: sealedText }),
  /** The consent of a user to an OAuth app of the project, which has the client's secrets. */
  z.object({ kind: z.literal('oauth_app'), oauth_app_id: idOf('oapp'), refresh_token: sealedText }),
  /** An administrator's grant for all mailboxes of an organization, whose connection has the key. */
  z.object({ kind: z.literal('organization'), organization_id: idOf('orgc'), mailbox: z.string() }),
]);
export type Grant = z.output<typeof grantSchema>;

/** An access token, sealed for the account. */
export const sealedAccessSchema = z.object({
  sealed: sealedText,
  /** Version of the account's grant that it belongs to. */
  grant: z.number(),
  expires_at: storedTimestamp,
});
export type SealedAccess = z.output<typeof sealedAccessSchema>;

/** One consent: the account of a user at a provider, whose calendars share its credentials. */
export const accountSchema = z.object({
  id: idOf('acct'),
  project_id: idOf('proj'),
  platform: z.enum(platforms),
  client_id: z.string(),
  /** Google: `sub`; Microsoft: `<tid>.<oid>`. Null where the account was not connected by a consent page. */
  provider_account_id: z.string().nullable(),
  /** Address of the user; null until the first sync, and where the provider does not name it. */
  account_email: z.string().nullable(),
  grant: grantSchema,
  /** It grows with each new grant. A token of another grant is not used. */
  grant_version: z.number(),
  /** How many calendars the account has, those included that wait for their purge. */
  calendar_count: z.number(),
  /** SHA-256 of the credentials as they were posted: a calendar with the same ones joins the account. */
  posted: z.object({ client_secret: z.string(), refresh_token: z.string() }).nullable(),
  created_at: storedTimestamp,
  updated_at: storedTimestamp,
});
export type Account = z.output<typeof accountSchema>;
