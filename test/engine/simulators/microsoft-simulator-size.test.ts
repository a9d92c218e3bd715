import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  type MicrosoftSimulator,
  startMicrosoftSimulator,
} from '../../../local/simulators/microsoft/microsoft-simulator.ts';
import type { MicrosoftAccount } from '../../../local/simulators/microsoft/simulator-state.ts';
import { connectGraph, deltaPath, type GraphClient } from '../../support/microsoft-client.ts';

const NOW = Date.parse('2026-11-21T09:00:00Z');
const FROM = '2026-11-20T00:00:00Z';
const TO = '2026-12-20T00:00:00Z';
const ZONE = 'W. Europe Standard Time';
const at = (dateTime: string, timeZone = ZONE) => ({ dateTime, timeZone });
const meeting = (day: string, more = {}) => ({
  subject: 'Meeting',
  start: at(`${day}T10:30:00`),
  end: at(`${day}T11:00:00`),
  ...more,
});

let sim: MicrosoftSimulator;
let ada: MicrosoftAccount;
let calendar: string;
let client: GraphClient;
let first: string;

beforeEach(async () => {
  sim = await startMicrosoftSimulator({ now: () => NOW });
  ada = sim.addAccount({ email: 'ada@example.com' });
  calendar = sim.addCalendar(ada);
  client = await connectGraph(sim, ada);
  first = deltaPath(calendar, FROM, TO);
});

afterEach(() => sim.close());

it.each([2_500, 20_000])('inserts and lists %i events quickly', async (count) => {
  const started = performance.now();
  sim.insertMany(
    calendar,
    Array.from({ length: count }, (_one, index) => meeting(`2026-11-${21 + (index % 9)}`)),
  );
  const { items } = await client.round(first, 'odata.maxpagesize=1000, outlook.timezone="UTC"');
  expect(items).toHaveLength(count);
  expect(performance.now() - started).toBeLessThan(10_000);
});
