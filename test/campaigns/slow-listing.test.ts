import { expect, it } from 'vitest';
import { useStack } from '../support/use-stack.ts';
import { waitUntil } from '../support/wait-until.ts';

/** `npm run campaign` takes two minutes of pages; a few seconds belong to every test run. */
const isCampaign = process.env.KALENDS_CAMPAIGN_RUNS !== undefined;
const pages = isCampaign ? 55 : 5;
const pageMs = isCampaign ? 2000 : 200;

const stack = useStack();

it.each(isCampaign ? (['google', 'microsoft'] as const) : (['google'] as const))(
  `%s: a first listing of ${pages} pages, each of ${pageMs} ms, is complete after two runs`,
  { timeout: 300_000 },
  async (platform) => {
    const user = stack.simulate(platform);
    user.insertMany(Array.from({ length: 2 * pages }, (_, index) => ({ name: `event ${index}`, hours: 1 + index })));
    const { switches, faults } = stack[platform];
    const former = switches.pageSize;
    switches.pageSize = 2;
    const rule = { on: 'list' as const, account: user.account.email, times: 10_000, outcome: { delayMs: pageMs } };
    (faults as (typeof rule)[]).push(rule);
    try {
      const began = performance.now();
      const id = await stack.connect(user);
      await waitUntil(async () => (await stack.events(id)).length === 2 * pages, 240_000);
      process.stdout.write(`${platform}: ${pages} pages in ${((performance.now() - began) / 1000).toFixed(0)} s\n`);
      expect(user.calls('list')).toBeLessThanOrEqual(pages + 2);
    } finally {
      switches.pageSize = former;
      faults.length = 0;
    }
  },
);
