import { afterEach, beforeEach, expect, it } from 'vitest';
import { EMAIL, type GoogleMailbox, many, NOW, startGoogleMailbox } from '../../support/google-mailbox.ts';

let sim: GoogleMailbox['sim'];
let client: GoogleMailbox['client'];
let now: number;

beforeEach(async () => {
  now = NOW;
  ({ sim, client } = await startGoogleMailbox(() => now));
});

afterEach(() => sim.close());

it('inserts and lists 20,000 events quickly', async () => {
  const started = performance.now();
  sim.insertMany(EMAIL, many(20_000));
  const { items } = await client.list(EMAIL, { maxResults: '2500', singleEvents: 'true' });
  expect(items).toHaveLength(20_000);
  expect(sim.count('list')).toBe(8);
  expect(performance.now() - started).toBeLessThan(8000);
});
