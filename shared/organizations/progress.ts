import type { Mailbox, Progress } from './organization.ts';

type Counted = Pick<Mailbox, 'status' | 'failure'>;

/**
 * The numbers after a mailbox has changed.
 *
 * @param before null: it is new @param after null: it is removed
 */
export function moveMailbox(progress: Progress, before: Counted | null, after: Counted | null): Progress {
  return count(count(progress, before, -1), after, 1);
}

function count(progress: Progress, mailbox: Counted | null, by: 1 | -1): Progress {
  if (!mailbox) return progress;
  const counted = { ...progress, discovered: progress.discovered + by };
  if (mailbox.status !== 'failed') return { ...counted, [mailbox.status]: counted[mailbox.status] + by };
  const code = mailbox.failure?.code ?? 'refused';
  const { [code]: former = 0, ...others } = counted.failed;
  return { ...counted, failed: former + by > 0 ? { ...others, [code]: former + by } : others };
}
