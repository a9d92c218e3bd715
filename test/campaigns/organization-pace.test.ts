import { expect, it } from 'vitest';
import { ProviderError } from '../../shared/providers/provider-error.ts';
import { followInMemory, userOf } from '../support/follow-harness.ts';
import { useOwnTable } from '../support/use-stack.ts';

/** 10,000 is the full size. The quota shrinks with it, so that the time is the same; 25 mailboxes stay a small part of it. */
const mailboxes = Number(process.env['KALENDS_MAILBOXES'] ?? 2_000);
const quota = mailboxes;
/** Of a look and a first sync. */
const requestsPerMailbox = 5;
/** What calendars that are connected already request, of the quota. */
const othersShare = 0.3;
const minute = 60_000;

const table = useOwnTable('organization-pace');

it('connects an organization in less than ten minutes beside other calendars, within the quota of any minute', async () => {
  const { world, followFor, read, now } = await followInMemory(table, {
    mailboxes_per_minute: Math.round(mailboxes * 0.12),
  });
  world.users = Array.from({ length: mailboxes }, (_, index) => userOf(`user${String(index).padStart(5, '0')}`));
  const times: number[] = [];
  let refusals = 0;
  world.refuse = () => {
    const recent = times.filter((at) => at > now() - minute).length;
    if (recent + requestsPerMailbox > quota * (1 - othersShare)) {
      refusals += 1;
      throw new ProviderError({ kind: 'quota' }, 'rateLimitExceeded', 'Rate Limit Exceeded');
    }
    times.push(...Array.from({ length: requestsPerMailbox }, now));
  };
  await followFor(10 * minute);
  expect(await read()).toMatchObject({
    error: null,
    progress: { discovered: mailboxes, connected: mailboxes, waiting: 0, failed: {} },
  });
  expect(refusals).toBe(0);
}, 1_800_000);
