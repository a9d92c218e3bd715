import { afterAll, expect, it } from 'vitest';
import { startGoogleSimulator } from '../../../local/simulators/google/google-simulator.ts';
import { startMicrosoftSimulator } from '../../../local/simulators/microsoft/microsoft-simulator.ts';
import { createClock } from '../../../shared/platform/clock.ts';
import { readGoogleDirectory } from '../../../shared/providers/google/google-directory.ts';
import { readMicrosoftDirectory } from '../../../shared/providers/microsoft/microsoft-directory.ts';
import { ProviderError } from '../../../shared/providers/provider-error.ts';

const clock = createClock();
const google = await startGoogleSimulator();
const microsoft = await startMicrosoftSimulator();
afterAll(async () => {
  await google.close();
  await microsoft.close();
});

/** Reads a page that has this body. */
function read(platform: 'google' | 'microsoft', body: unknown, group?: string) {
  const kind = group === undefined ? 'users' : 'members';
  const outcome = { status: 200, body };
  const request = { group, link: null, pageSize: 99 };
  if (platform === 'google') {
    google.faults.push({ on: kind, times: 1, outcome });
    return readGoogleDirectory({ apiUrl: google.url, clock }, 'token', request);
  }
  microsoft.faults.push({ on: kind, times: 1, outcome });
  return readMicrosoftDirectory({ graphUrl: microsoft.url, clock }, 'token', request);
}
const ada = { id: '1', primaryEmail: 'ada@acme.example' };
const bob = { id: '2', userPrincipalName: 'bob@acme.example' };

it.each([
  ['google', { users: [ada, { id: '3' }] }, undefined],
  ['google', { users: [ada, null, 'ada'] }, undefined],
  [
    'google',
    {
      members: [
        { id: '1', email: 'ada@acme.example' },
        { id: '3', type: 'USER' },
      ],
    },
    'group',
  ],
  ['microsoft', { value: [bob, { id: '3', userPrincipalName: null }] }, undefined],
  // What Graph shows of members whom the app may not read.
  ['microsoft', { value: [bob, { '@odata.type': '#microsoft.graph.user', id: '3' }] }, 'group'],
] as const)('a page of %s with %j has one user, and is not whole', async (platform, body, group) => {
  const page = await read(platform, body, group);
  expect(page.users).toHaveLength(1);
  expect(page.isWhole).toBe(false);
});

it.each([
  ['google', {}, undefined],
  [
    'google',
    {
      members: [
        { id: '4', type: 'GROUP', email: 'all@acme.example' },
        { id: '5', type: 'CUSTOMER' },
      ],
    },
    'group',
  ],
  ['microsoft', { value: [{ id: '4', userType: 'Guest', userPrincipalName: 'x#EXT#@acme.example' }] }, undefined],
  ['microsoft', { value: [{ '@odata.type': '#microsoft.graph.device', id: '5' }] }, 'group'],
] as const)('a page of %s with %j has no user, and is whole', async (platform, body, group) => {
  expect(await read(platform, body, group)).toEqual({ users: [], isWhole: true, next: null });
});

it.each([
  ['google', { users: 'all' }],
  ['google', { error: { code: 500 } }],
  ['google', []],
  ['microsoft', {}],
  ['microsoft', { value: null }],
  ['microsoft', { value: [], '@odata.nextLink': 7 }],
] as const)('an answer of %s with %j is no page', async (platform, body) => {
  await expect(read(platform, body)).rejects.toBeInstanceOf(ProviderError);
});
