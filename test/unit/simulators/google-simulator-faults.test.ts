import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { googleFaults } from '../../../local/simulators/google/google-faults.ts';
import { type GoogleSimulator, startGoogleSimulator } from '../../../local/simulators/google/google-simulator.ts';
import type { GoogleAccount } from '../../../local/simulators/google/simulator-state.ts';
import { connect, eventsPath, type GoogleClient, refresh } from '../../support/google-client.ts';

const EMAIL = 'ada@example.com';
const EVENTS = eventsPath(EMAIL);
const EVENT = { start: { date: '2026-11-03' }, end: { date: '2026-11-04' } };

let sim: GoogleSimulator;
let ada: GoogleAccount;
let client: GoogleClient;

beforeEach(async () => {
  sim = await startGoogleSimulator();
  ada = sim.addAccount({ email: EMAIL });
  sim.addCalendar(ada);
  client = await connect(sim, ada);
});

afterEach(() => sim.close());

const reason = (answer: Awaited<ReturnType<GoogleClient['get']>>) => answer.json.error?.errors?.[0]?.reason;

describe('fault rules', () => {
  it.each([
    ['rateLimitExceeded', 403, 'rateLimitExceeded'],
    ['userRateLimitExceeded', 403, 'userRateLimitExceeded'],
    ['quotaExceeded', 403, 'quotaExceeded'],
    ['insufficientPermissions', 403, 'insufficientPermissions'],
    ['accessNotConfigured', 403, 'accessNotConfigured'],
    ['notFound', 404, 'notFound'],
    ['fullSyncRequired', 410, 'fullSyncRequired'],
    ['goneWithoutReason', 410, undefined],
    ['serviceUnavailable', 503, 'backendError'],
  ] as const)('%s answers %i for the next matching request only', async (name, status, expected) => {
    sim.faults.push({ on: 'list', calendar: EMAIL, times: 1, outcome: googleFaults[name] });
    expect((await client.get('/calendar/v3/users/me/calendarList')).status).toBe(200);
    const faulty = await client.get(EVENTS);
    expect([faulty.status, reason(faulty)]).toEqual([status, expected]);
    expect((await client.get(EVENTS)).status).toBe(200);
    expect(sim.count('list', { status })).toBe(1);
  });

  it('can slow down, cut, drop and dress up answers', async () => {
    const next = (outcome: (typeof sim.faults)[number]['outcome']) =>
      sim.faults.push({ on: 'list', times: 1, outcome });
    next(googleFaults.tooManyRequests(7));
    expect((await client.get(EVENTS)).headers.get('retry-after')).toBe('7');
    next(googleFaults.truncatedJson);
    const cut = await client.get(EVENTS);
    expect(() => JSON.parse(cut.text)).toThrow(SyntaxError);
    next(googleFaults.badGateway);
    expect((await client.get(EVENTS)).headers.get('content-type')).toBe('text/html');
    next(googleFaults.droppedConnection);
    await expect(client.get(EVENTS)).rejects.toThrow('fetch failed');
    next(googleFaults.slow(60));
    const started = performance.now();
    expect((await client.get(EVENTS)).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThan(50);
  });

  it('can fail a single page and the token endpoint', async () => {
    sim.insertMany(EMAIL, [EVENT, EVENT, EVENT]);
    sim.faults.push({ on: 'list', page: 2, times: 1, outcome: googleFaults.internalError });
    const page = await client.get(EVENTS, { maxResults: '2' });
    const query = { maxResults: '2', pageToken: page.json.nextPageToken ?? '' };
    expect((await client.get(EVENTS, query)).status).toBe(500);
    expect((await client.get(EVENTS, query)).status).toBe(200);
    sim.faults.push({ on: 'token', account: EMAIL, times: 1, outcome: googleFaults.invalidRapt });
    expect((await refresh(sim, ada)).json.error_subtype).toBe('invalid_rapt');
    expect((await refresh(sim, ada)).status).toBe(200);
  });
});
