import * as z from 'zod';
import { ProviderError } from '../provider-error.ts';
import { resolveTimeZone } from '../resolve-time-zone.ts';
import type { GraphApi } from './graph-api.ts';
import type { GraphItem } from './graph-item.ts';
import { mailboxPath } from './mailbox-path.ts';

/** Is there an all-day event in an unknown zone? */
export const needsMailboxZone = (items: GraphItem[]): boolean =>
  items.some(
    ({ isAllDay, originalStartTimeZone }) => isAllDay === true && resolveTimeZone(originalStartTimeZone) === null,
  );

/**
 * IANA zone of the mailbox, for all-day events in unknown zones (docs/api-compatibility.md#what-is-synchronized). It is
 * UTC when the app may not read the mailbox's settings.
 *
 * @throws ProviderError
 */
export async function findMailboxZone(api: GraphApi, mailbox: string | null): Promise<string> {
  try {
    const settings = z
      .object({ timeZone: z.string() })
      .safeParse(await api.get(`${mailboxPath(mailbox)}/mailboxSettings`));
    return resolveTimeZone(settings.data?.timeZone) ?? 'UTC';
  } catch (error) {
    const isPassing = error instanceof ProviderError && ['retry', 'quota', 'unauthorized'].includes(error.verdict.kind);
    if (error instanceof ProviderError && !isPassing) return 'UTC';
    throw error;
  }
}
