import type { Timestamp } from '../platform/timestamp.ts';
import { ProviderError } from '../providers/provider-error.ts';
import { assessRefusal } from './assess-refusal.ts';
import { calendarsReached, refusedPart } from './failed-part.ts';
import type { FollowDeps, Part } from './follow-part.ts';
import { mostMailboxes, pageMailboxes } from './mailbox-store.ts';
import type { FollowedOrganization } from './organization-store.ts';

/** So many connected mailboxes are read: of one alone a refusal may be about its user. */
const looks = 3;

/**
 * Reads some connected mailboxes, to see whether the grant still reaches them: a permission that is gone, or a key that was
 * deleted, is shown although no user is to be connected.
 */
export async function lookAtConnected(
  deps: FollowDeps,
  { organization, following }: FollowedOrganization,
  now: Timestamp,
): Promise<Part> {
  const { mailboxes } = await pageMailboxes(deps.table, organization.id, null, mostMailboxes);
  const connected = mailboxes.filter(({ status }) => status === 'connected').slice(0, looks);
  const reached = connected.length > 0 ? calendarsReached(following) : following;
  const fine: Part = { after: { ...reached, looked_at: now }, changes: new Map() };
  let refused: Part | null = null;
  for (const { mailbox } of connected) {
    try {
      await deps.look(organization, mailbox);
      return fine;
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      const assessed = assessRefusal(error, organization.platform);
      const code = assessed.about === 'organization' ? assessed.code : 'otherwise' in assessed && assessed.otherwise;
      if (code) refused ??= refusedPart(following, code, error, now);
    }
  }
  return refused ?? fine;
}
