import { organizationTimingMs } from '../platform/account-timing.ts';
import type { AccountId } from '../platform/ids.ts';
import { millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { ProviderError } from '../providers/provider-error.ts';
import { type Assessment, assessRefusal } from './assess-refusal.ts';
import { calendarsReached, pauseAfter, refusedPart } from './failed-part.ts';
import type { FollowDeps, Part } from './follow-part.ts';
import { lookAtConnected } from './look-at-connected.ts';
import { MailboxRefused } from './mailbox-refused.ts';
import { type Mailbox, quotaOwnerOf } from './organization.ts';
import type { FollowedOrganization } from './organization-store.ts';
import { holdPlaces, takePlaces } from './pace-store.ts';
import { moveMailbox } from './progress.ts';

const minuteMs = 60_000;

/** Connects mailboxes side by side, once the pace has places for them. */
export async function connectMailboxes(deps: FollowDeps, found: FollowedOrganization, due: Mailbox[]): Promise<Part> {
  const { organization, following } = found;
  const owner = quotaOwnerOf(organization);
  const costMs = (due.length * minuteMs) / organization.mailboxes_per_minute;
  for (let waited = 0; ; ) {
    const waitMs = Math.ceil(await takePlaces(deps.table, owner, costMs, deps.clock.now()));
    if (waitMs === 0) break;
    waited += waitMs;
    const at = timestampOf(Math.floor(deps.clock.now()) + waitMs);
    if (waited > organizationTimingMs.longestWait) return { wait: at };
    await deps.pause(waitMs);
  }
  const outcomes = await Promise.all(due.map((mailbox) => tryMailbox(deps, found, mailbox)));
  const now = timestampOf(Math.floor(deps.clock.now()));

  const whole = findRefusal(outcomes, following.progress.connected);
  if (whole) return refusedPart(following, whole.code, whole.error, now);
  // All of them in words that may be about the organization: do they reach those that are connected?
  if (outcomes.every(({ refusal }) => isAboutEither(refusal))) {
    const looked = await lookAtConnected(deps, found, now);
    if ('wait' in looked) return looked;
  }
  const quota = outcomes.flatMap(({ refusal }) => (refusal?.assessed.about === 'quota' ? [refusal.assessed] : []));
  if (quota.length > 0) {
    const pause = Math.max(organizationTimingMs.quotaPause, ...quota.map(({ retryAfterMs }) => retryAfterMs));
    await holdPlaces(deps.table, owner, millisOf(now) + pause);
  }
  const changes = new Map<string, Mailbox | null>();
  let { progress } = following;
  for (const { mailbox, accountId, refusal } of outcomes) {
    const after = accountId === null ? refuse(mailbox, refusal, now) : connect(mailbox, accountId);
    progress = moveMailbox(progress, mailbox, after);
    changes.set(mailbox.user_id, after);
  }
  // Words about a mailbox say that the organization is not refused.
  const isAccepted = outcomes.some(
    ({ accountId, refusal }) =>
      accountId !== null || (refusal?.assessed.about === 'mailbox' && refusal.assessed.otherwise === undefined),
  );
  return { after: { ...(isAccepted ? calendarsReached(following) : following), progress }, changes };
}

interface Outcome {
  mailbox: Mailbox;
  accountId: AccountId | null;
  refusal: { assessed: Assessment; error: Pick<ProviderError, 'providerCode' | 'message'> } | null;
}

async function tryMailbox(
  deps: FollowDeps,
  { organization }: FollowedOrganization,
  mailbox: Mailbox,
): Promise<Outcome> {
  try {
    return { mailbox, accountId: await deps.connect(organization, mailbox), refusal: null };
  } catch (error) {
    if (error instanceof ProviderError) {
      return { mailbox, accountId: null, refusal: { assessed: assessRefusal(error, organization.platform), error } };
    }
    if (!(error instanceof MailboxRefused)) throw error;
    const { code, message } = error;
    return {
      mailbox,
      accountId: null,
      refusal: { assessed: { about: 'mailbox', code }, error: { providerCode: code, message } },
    };
  }
}

const isAboutEither = (refusal: Outcome['refusal']): boolean =>
  refusal?.assessed.about === 'mailbox' && refusal.assessed.otherwise !== undefined;

/** The refusal that is about the whole organization: in its words, or because no mailbox at all is accepted. */
function findRefusal(outcomes: Outcome[], connected: number) {
  const isAnyAccepted = connected > 0 || outcomes.some(({ accountId }) => accountId !== null);
  for (const { refusal } of outcomes) {
    if (!refusal) continue;
    const { assessed, error } = refusal;
    if (assessed.about === 'organization') return { code: assessed.code, error };
    if (!isAnyAccepted && assessed.about === 'mailbox' && assessed.otherwise)
      return { code: assessed.otherwise, error };
  }
  return null;
}

const connect = (mailbox: Mailbox, accountId: AccountId): Mailbox => ({
  ...mailbox,
  status: 'connected',
  account_id: accountId,
  failure: null,
  tries: 0,
  try_at: null,
});

/** A quota says nothing about the mailbox, and does not count as a try. */
function refuse(mailbox: Mailbox, refusal: Outcome['refusal'], now: Timestamp): Mailbox {
  const at = (pause: number): Timestamp => timestampOf(millisOf(now) + pause);
  if (!refusal || refusal.assessed.about === 'quota') return mailbox;
  const { assessed, error } = refusal;
  const tries = mailbox.tries + 1;
  if (assessed.about !== 'mailbox') {
    const pause = 'retryAfterMs' in assessed ? assessed.retryAfterMs : 0;
    return { ...mailbox, tries, try_at: at(Math.max(pause, pauseAfter(mailbox.tries))) };
  }
  const { firstMailboxRetry, mailboxRetry } = organizationTimingMs;
  const since = mailbox.failure?.since ?? now;
  const failure = { code: assessed.code, provider_code: error.providerCode, message: error.message, since };
  const pause = Math.min(firstMailboxRetry * 2 ** Math.min(mailbox.tries, 20), mailboxRetry);
  return { ...mailbox, status: 'failed', failure, tries, try_at: at(pause) };
}
