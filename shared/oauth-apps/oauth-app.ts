import { createHash } from 'node:crypto';
import * as z from 'zod';
import { platforms } from '../calendars/calendar.ts';
import { idOf } from '../platform/ids.ts';
import { type Sealed, sealedText } from '../platform/sealed.ts';
import { storedTimestamp } from '../store/stored-values.ts';

/** While a secret is rotated, the provider accepts the new one and the former one. */
const mostSecrets = 2;

/** An OAuth client of the project at a provider: its accounts are refreshed with its secrets. */
export const storedOAuthApp = z.object({
  id: idOf('oapp'),
  project_id: idOf('proj'),
  platform: z.enum(platforms),
  client_id: z.string(),
  /** Microsoft tenant whose users may connect; null is the tenant of the deployment. Null for Google. */
  tenant: z.string().nullable(),
  /** One or two, the newest first. */
  client_secrets: z.array(sealedText).min(1).max(mostSecrets),
  /** Marks of the secrets, in the same order: a PATCH that is sent again rotates nothing. */
  secret_marks: z.array(z.string()),
  /** When the newest secret expires, as the user stated it. */
  secret_expires_at: storedTimestamp.nullable(),
  /** Since when the provider has refused every secret; null while it accepts one. */
  refused_since: storedTimestamp.nullable(),
  created_at: storedTimestamp,
  updated_at: storedTimestamp,
});
export type OAuthApp = z.output<typeof storedOAuthApp>;

type Secrets = Pick<OAuthApp, 'client_secrets' | 'secret_marks'>;

/** Recognizes a secret that an app has, without opening it. A secret is long and random, so its hash does not state it. */
export const secretMark = (appId: string, secret: string): string =>
  createHash('sha256').update(`${appId}\0${secret}`).digest('base64url');

/**
 * The secrets of an app after a new one was added. The one that was in use stays as the former one. A secret that the app
 * has already becomes the newest one, and none is lost.
 */
export function addSecret({ client_secrets, secret_marks }: Secrets, sealed: Sealed, mark: string): Secrets {
  const others = client_secrets.flatMap((secret, index) => {
    const known = secret_marks[index] ?? '';
    return known === mark ? [] : [{ secret, known }];
  });
  const kept = [{ secret: sealed, known: mark }, ...others].slice(0, mostSecrets);
  return { client_secrets: kept.map(({ secret }) => secret), secret_marks: kept.map(({ known }) => known) };
}

/** The secrets of an app without the former one. */
export const retireFormer = ({ client_secrets, secret_marks }: Secrets): Secrets => ({
  client_secrets: client_secrets.slice(0, 1),
  secret_marks: secret_marks.slice(0, 1),
});
