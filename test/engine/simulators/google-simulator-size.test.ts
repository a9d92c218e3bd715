import { afterEach, beforeEach, expect, it } from 'vitest';
import { type GoogleSimulator, startGoogleSimulator } from '../../../local/simulators/google/google-simulator.ts';
import type { GoogleAccount } from '../../../local/simulators/google/simulator-state.ts';
import { connect, type GoogleClient } from '../../support/google-client.ts';

const NOW = Date.parse('2026-11-02T09:00:00Z');
const EMAIL = 'ada@example.com';

let sim: GoogleSimulator;
let ada: GoogleAccount;
let client: GoogleClient;
let now: number;

beforeEach(async () => {
  now = NOW;
  sim = await startGoogleSimulator({ now: () => now });
  ada = sim.addAccount({ email: EMAIL });
  sim.addCalendar(ada, { timeZone: 'Europe/Berlin', summary: 'Ada' });
  client = await connect(sim, ada);
});

afterEach(() => sim.close());

const at = (day: number, hour = 10) => {
  const date = `2026-11-${String(day).padStart(2, '0')}`;
  const clock = (value: number) => ({ dateTime: `${date}T${String(value).padStart(2, '0')}:00:00Z` });
  return { start: clock(hour), end: clock(hour + 1) };
};
const many = (count: number) => Array.from({ length: count }, (_, index) => ({ ...at(3), summary: `Event ${index}` }));

it('inserts and lists 20,000 events quickly', async () => {
  const started = performance.now();
  sim.insertMany(EMAIL, many(20_000));
  const { items } = await client.list(EMAIL, { maxResults: '2500', singleEvents: 'true' });
  expect(items).toHaveLength(20_000);
  expect(sim.count('list')).toBe(8);
  expect(performance.now() - started).toBeLessThan(8000);
});
