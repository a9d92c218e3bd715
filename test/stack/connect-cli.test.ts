import { expect, it } from 'vitest';
import { runCli } from '../../infra/cli/run-cli.ts';
import { createPlainBrowser } from '../support/plain-browser.ts';
import { useStack } from '../support/use-stack.ts';

const stack = useStack();

/** A new project, and a user who signs in where the command says. */
async function arrange() {
  const { apiKey } = await stack.createProject('command line');
  const user = stack.simulate('google');
  const { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET } = user.account;
  const env = { KALENDS_URL: stack.local.url, KALENDS_API_KEY: apiKey, KALENDS_NO_BROWSER: '1' };
  const signIn = async (url: string): Promise<void> => {
    const browser = createPlainBrowser();
    const provider = await browser.goOn(await browser.submit(await browser.open(url)));
    await browser.submit(provider, [
      ['account', user.account.email],
      ['granted', 'https://www.googleapis.com/auth/calendar.readonly'],
      ['decision', 'allow'],
    ]);
  };
  const call = async (method: string, body?: object): Promise<{ results: { client_id: string }[] }> => {
    const headers = { authorization: `Token ${apiKey}`, 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    return (await fetch(`${stack.local.url}/api/v1/oauth_apps`, { method, headers, ...sent })).json() as never;
  };
  return {
    env,
    client: { CLIENT_ID, CLIENT_SECRET },
    addApp: (client_id: string, client_secret: string) =>
      call('POST', { platform: 'google', client_id, client_secret }),
    apps: async (): Promise<string[]> => (await call('GET')).results.map((app) => app.client_id),
    connect: (more: object) =>
      runCli(['connect', 'google', '--json'], { ...env, ...more }, (line) => void signIn(line.split('\n')[1] ?? '')),
  };
}

it('The command line connects a calendar in a browser, and creates the OAuth app that is missing', async () => {
  const { env, client, apps, connect } = await arrange();
  expect(await runCli(['connect', 'google'], env)).toMatchObject({ exitCode: 1 });
  // The demo prints a tenant, too, for the connection of an organization.
  const result = await connect({ ...client, TENANT: 'contoso.example' });
  expect([result.exitCode, result.stderr]).toEqual([0, '']);
  expect(JSON.parse(result.stdout)).toMatchObject({ platform: 'google', state: 'connected' });
  expect(await apps()).toEqual([client.CLIENT_ID]);
  // The project has an app now.
  expect(await connect({})).toMatchObject({ exitCode: 0 });
});

it('The command line corrects a mistyped id, and a mistyped secret, of the OAuth app', async () => {
  const { client, addApp, apps, connect } = await arrange();
  await addApp(client.CLIENT_ID, 'mistyped');
  await addApp(`${client.CLIENT_ID}x`, client.CLIENT_SECRET);
  expect(await connect(client)).toMatchObject({ exitCode: 0 });
  expect(await apps()).toEqual([`${client.CLIENT_ID}x`, client.CLIENT_ID]);
  const { stderr, exitCode } = await connect({ CLIENT_ID: 'another' });
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('no OAuth app with the client another')]);
});
