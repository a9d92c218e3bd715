import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { createOAuthApp } from '../../../shared/oauth-apps/create-oauth-app.ts';
import { oauthAppUseKey } from '../../../shared/oauth-apps/oauth-app-row.ts';
import {
  deleteOAuthApp,
  findOAuthApp,
  noteAppAccepted,
  noteAppRefused,
} from '../../../shared/oauth-apps/oauth-app-store.ts';
import { updateOAuthApp } from '../../../shared/oauth-apps/update-oauth-app.ts';
import { createClock } from '../../../shared/platform/clock.ts';
import { randomId } from '../../../shared/platform/ids.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { deleteRow, putRow } from '../../../shared/store/write-row.ts';
import { interceptTable } from '../../support/intercept-table.ts';
import { useOwnTable } from '../../support/use-stack.ts';

const table = useOwnTable('oauth-apps');
const envelope = { seal: (_context: object, text: string) => Promise.resolve(`v1.${text}` as const) };

async function create() {
  const deps = { table, envelope, clock: createClock() };
  const projectId = randomId('proj');
  const app = await createOAuthApp(deps, projectId, {
    platform: 'google',
    client_id: randomUUID(),
    client_secret: 'first',
  });
  return { deps, app, read: () => findOAuthApp(table, projectId, app.id) };
}

it('an app is not deleted while an account uses it', async () => {
  const { app, read } = await create();
  const use = oauthAppUseKey(app.id, 'acct_a');
  await putRow(table, { ...use });
  expect(await deleteOAuthApp(table, app)).toBe('in_use');
  expect(await read()).toEqual(app);
  await deleteRow(table, use);
  expect(await deleteOAuthApp(table, app)).toBe('deleted');
  expect(await deleteOAuthApp(table, app)).toBe('absent');
  expect(await read()).toBeNull();
});

it('an app is kept when an account comes while it is deleted', async () => {
  const { app, read } = await create();
  const racing = interceptTable(table, async (send, command) => {
    if (command.constructor.name === 'DeleteCommand') await putRow(table, oauthAppUseKey(app.id, 'acct_b'));
    return send();
  });
  expect(await deleteOAuthApp(racing, app)).toBe('in_use');
  expect(await read()).toEqual(app);
});

it('the first refusal of all secrets counts, until one is accepted or a new one comes', async () => {
  const { deps, app, read } = await create();
  const [first, second] = [timestampOf(1000), timestampOf(2000)];
  await noteAppRefused(table, app, first);
  await noteAppRefused(table, app, second);
  expect(await read()).toMatchObject({ refused_since: first });
  await noteAppAccepted(table, app);
  expect(await read()).toMatchObject({ refused_since: null });
  await noteAppRefused(table, app, second);
  const refused = (await read()) ?? expect.fail('no app');
  expect(await updateOAuthApp(deps, refused, { client_secret: 'first' })).toMatchObject({ refused_since: second });
  expect(await updateOAuthApp(deps, app, { client_secret: 'second' })).toMatchObject({
    client_secrets: ['v1.second', 'v1.first'],
    refused_since: null,
  });
});

it('a change that lost a race is made to the present app', async () => {
  const { deps, app } = await create();
  await updateOAuthApp(deps, app, { client_secret: 'second' });
  const changed = await updateOAuthApp(deps, app, { secret_expires_at: timestampOf(5000) });
  expect(changed).toMatchObject({ client_secrets: ['v1.second', 'v1.first'], secret_expires_at: timestampOf(5000) });
  await deleteOAuthApp(table, app);
  expect(await updateOAuthApp(deps, app, { retire_former: true })).toBeNull();
});
