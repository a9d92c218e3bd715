import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { idOf } from '../platform/ids.ts';
import { sealedText } from '../platform/sealed.ts';
import { millisOf } from '../platform/timestamp.ts';
import { consentFailures } from '../providers/consent/consent-provider.ts';
import { jsonText, storedTimestamp } from '../store/stored-values.ts';

export const selections = ['primary', 'choose', 'all'] as const;

/** Why a session is not complete. A user may try again until the session ends. */
export const connectErrors = [
  ...consentFailures,
  /** A reconnect by another account than that of the calendar. */
  'wrong_account',
  /** The account has no calendar that can be read. */
  'no_calendar',
  /** Another calendar has the deduplication key. */
  'deduplication_key_taken',
  'too_many_calendars',
  /** Another request changes the account, or chooses its calendars. */
  'account_busy',
] as const;
export type ConnectError = (typeof connectErrors)[number];

/** A user's way to connect an account, or to reconnect one, in one browser. */
export const storedConnectSession = z.object({
  id: idOf('cses'),
  project_id: idOf('proj'),
  oauth_app_id: idOf('oapp'),
  /** Null for a reconnect link of a webhook: the user stays on the page. */
  redirect_url: z.string().nullable(),
  /** The calendar to reconnect. */
  calendar_id: idOf('cal').nullable(),
  deduplication_key: z.string().nullable(),
  metadata: jsonText(z.record(z.string(), z.string())).nullable(),
  selection: z.enum(selections),
  /** Of the secret in the link. The link is stored nowhere. */
  link_hash: z.string(),
  status: z.enum(['open', 'completed', 'denied', 'failed']),
  error: z.enum(connectErrors).nullable(),
  /** Connected by the session, also when it could not connect them all. */
  calendar_ids: z.array(idOf('cal')),
  /** Of the cookie of the browser that opened the link: no other one may go on. */
  browser_hash: z.string().optional(),
  /** The authorization request whose answer is awaited: its state as a hash; its nonce and PKCE verifier sealed. */
  attempt: z.object({ state_hash: z.string(), sealed: sealedText }).optional(),
  /** The sealed grant of a user who has still to choose calendars. */
  grant: sealedText.optional(),
  created_at: storedTimestamp,
  ends_at: storedTimestamp,
  expires_at: z.number(),
});
export type ConnectSession = z.output<typeof storedConnectSession>;

/** @param now milliseconds since the epoch */
export const isEnded = ({ ends_at }: Pick<ConnectSession, 'ends_at'>, now: number): boolean => millisOf(ends_at) <= now;

/** 256 random bits, as text. */
export const randomSecret = (): string => randomBytes(32).toString('base64url');

/** Secrets of links, cookies and states are stored as this. They are random, so the hash does not state them. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** Compares in constant time. */
export function isSecret(secret: string, hash: string | undefined): boolean {
  const [given, known] = [Buffer.from(hashSecret(secret)), Buffer.from(hash ?? '')];
  return given.length === known.length && timingSafeEqual(given, known);
}

/** A text that names a session and proves that its holder was given it: `<16 characters of the id>.<secret>`. */
export const nameSecret = (sessionId: string, secret: string): string => `${sessionId.slice('cses_'.length)}.${secret}`;

/** Reads what `nameSecret` wrote. @returns null for any other text */
export function readNamedSecret(text: string): { sessionId: string; secret: string } | null {
  const [, id, secret] = /^([A-Za-z0-9]{16})\.([\w-]{43})$/.exec(text) ?? [];
  return id === undefined || secret === undefined ? null : { sessionId: `cses_${id}`, secret };
}

/** Context of what is sealed in a session. */
export const sessionContext = ({ id, project_id }: Pick<ConnectSession, 'id' | 'project_id'>) => ({
  purpose: 'credentials' as const,
  project: project_id,
  owner: id,
});
