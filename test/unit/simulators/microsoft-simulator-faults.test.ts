import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { microsoftFaults } from '../../../local/simulators/microsoft/microsoft-faults.ts';
import {
  type MicrosoftSimulator,
  startMicrosoftSimulator,
} from '../../../local/simulators/microsoft/microsoft-simulator.ts';
import { codeOf, connectGraph, deltaPath, type GraphClient } from '../../support/microsoft-client.ts';

const EVENT = { start: { dateTime: '2026-11-24T10:00:00Z' }, end: { dateTime: '2026-11-24T11:00:00Z' } };

let sim: MicrosoftSimulator;
let calendar: string;
let client: GraphClient;
let first: string;

beforeEach(async () => {
  sim = await startMicrosoftSimulator();
  const ada = sim.addAccount({ email: 'ada@example.com' });
  calendar = sim.addCalendar(ada);
  client = await connectGraph(sim, ada);
  first = deltaPath(calendar, '2026-11-20T00:00:00Z', '2026-12-20T00:00:00Z');
});

afterEach(() => sim.close());

describe('fault rules', () => {
  it.each([
    ['invalidUrlQuery', 400, 'ErrorInvalidUrlQuery'],
    ['idMalformed', 400, 'ErrorInvalidIdMalformed'],
    ['lifetimeValidationFailed', 401, 'InvalidAuthenticationToken'],
    ['accessDenied', 403, 'ErrorAccessDenied'],
    ['mailboxNotEnabled', 404, 'MailboxNotEnabledForRESTAPI'],
    ['gone', 410, 'SyncStateNotFound'],
    ['syncStateNotFound', 400, 'syncStateNotFound'],
    ['resyncRequired', 404, 'resyncRequired'],
    ['locked', 423, 'ErrorMailboxLocked'],
    ['serverBusy', 503, 'ErrorServerBusy'],
    ['unknownError', 504, 'UnknownError'],
  ] as const)('%s answers %i for the next matching request only', async (name, status, expected) => {
    sim.faults.push({ on: 'list', calendar, times: 1, outcome: microsoftFaults[name] });
    expect((await client.get('/me/calendars')).status).toBe(200);
    const faulty = await client.get(first);
    expect([faulty.status, codeOf(faulty)]).toEqual([status, expected]);
    expect(faulty.json.error).toMatchObject({ innerError: { 'request-id': expect.any(String) } });
    expect((await client.get(first)).status).toBe(200);
    expect(sim.count('list', { status })).toBe(1);
  });

  it('can slow down, cut, drop and dress up answers, and fail a single page', async () => {
    const next = (outcome: (typeof sim.faults)[number]['outcome'], page = 1) =>
      sim.faults.push({ on: 'list', page, times: 1, outcome });
    next(microsoftFaults.applicationThrottled(7));
    expect((await client.get(first)).headers.get('retry-after')).toBe('7');
    next(microsoftFaults.claimsChallenge);
    expect((await client.get(first)).headers.get('www-authenticate')).toContain('claims=');
    next(microsoftFaults.truncatedJson);
    const cut = await client.get(first);
    expect(() => JSON.parse(cut.text)).toThrow(SyntaxError);
    next(microsoftFaults.badGateway);
    expect((await client.get(first)).headers.get('content-type')).toBe('text/html');
    next(microsoftFaults.droppedConnection);
    await expect(client.get(first)).rejects.toThrow('fetch failed');
    sim.insertMany(calendar, [EVENT, EVENT]);
    next(microsoftFaults.serviceUnavailable, 2);
    const page = await client.get(first, 'odata.maxpagesize=1');
    const link = page.json['@odata.nextLink'] ?? '';
    expect((await client.get(link)).status).toBe(503);
    expect((await client.get(link)).status).toBe(200);
  });
});

describe('concurrency per mailbox', () => {
  it.each([
    [429, 'ApplicationThrottled'],
    [503, 'MailboxConcurrency'],
  ] as const)('refuses the fifth request at a time with %i', async (status, code) => {
    sim.switches.concurrencyStatus = status;
    const grace = sim.addAccount({ email: 'grace@example.com' });
    sim.addCalendar(grace);
    const other = await connectGraph(sim, grace);
    sim.faults.push({ on: 'list', times: 8, outcome: microsoftFaults.slow(150) });
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(() => client.get(first)));
    const refused = answers.filter((answer) => answer.status === status);
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(4);
    expect(refused.map(codeOf)).toEqual([code, code]);
    expect(refused.every((answer) => Number(answer.headers.get('retry-after')) > 0)).toBe(true);
    const open = [1, 2, 3, 4].map(() => client.get(first));
    await expect.poll(() => sim.count('list', { status: 0 })).toBe(4);
    // Other mailboxes and what is no mailbox are not affected.
    expect((await other.get('/me/calendars')).status).toBe(200);
    expect((await client.get('/me')).status).toBe(200);
    await Promise.all(open);
    expect((await client.get(first)).status).toBe(200);
  });
});
