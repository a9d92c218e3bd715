import { spawn } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { alignColumns } from './align-columns.ts';
import { type CallApi, createApiCaller } from './api-caller.ts';
import { CliError } from './cli-error.ts';
import type { Environment } from './open-stack-table.ts';

const appsSchema = z.object({
  results: z.array(z.object({ id: z.string(), platform: z.string(), client_id: z.string() })),
});
const createdSchema = z.object({ id: z.string() });
const linkSchema = z.object({ id: z.string(), url: z.string() });
const sessionSchema = z.object({
  status: z.string(),
  error: z.string().nullable(),
  calendar_ids: z.array(z.string()),
});
const calendarSchema = z.looseObject({ id: z.string(), platform: z.string(), state: z.string() });

const pollMs = 1_000;

/**
 * Connects a calendar in the browser of the person at the keyboard, against a deployed or a local stack.
 *
 * @param env `KALENDS_URL`, `KALENDS_API_KEY`; `CLIENT_ID` and `CLIENT_SECRET` (and `TENANT`) of the OAuth app, which is created, or
 *   gets this secret, and may be absent when the project has an app; `KALENDS_NO_BROWSER` only prints the link
 * @param progress called with the link, and with each failed try
 * @throws CliError
 */
export async function connectCalendar(
  env: Environment,
  platform: 'google' | 'microsoft',
  progress: (line: string) => void,
): Promise<{ json: unknown; text: string }> {
  const { KALENDS_URL: url, KALENDS_API_KEY: key } = env;
  if (!url || !key) throw new CliError('set KALENDS_URL and KALENDS_API_KEY');
  const call = createApiCaller('Kalends', url, key);
  const body = { oauth_app_id: await findApp(call, platform, env) };
  const link = read(linkSchema, await call({ method: 'POST', path: '/api/v1/connect_sessions', body }));
  progress(`Open this link, and sign in:\n${link.url}`);
  if (!env.KALENDS_NO_BROWSER) openBrowser(link.url);
  const [calendarId = ''] = await waitFor(call, link.id, progress);
  const path = `/api/v1/calendars/${calendarId}`;
  const calendar = read(calendarSchema, await call({ method: 'GET', path }));
  const rows = [
    ['Calendar', calendar.id],
    ['Platform', calendar.platform],
    ['State', calendar.state],
  ];
  return { json: calendar, text: alignColumns(rows) };
}

/** The app of the client in the environment, with the secret there; without a client, the newest app of the platform. */
async function findApp(call: CallApi, platform: string, env: Environment): Promise<string> {
  const { results } = read(appsSchema, await call({ method: 'GET', path: '/api/v1/oauth_apps' }));
  const { CLIENT_ID: client_id, CLIENT_SECRET: client_secret } = env;
  // Google has no tenants: one in the environment is meant for another command.
  const tenant = platform === 'microsoft' ? env.TENANT : undefined;
  const known = results.find((app) => app.platform === platform && (!client_id || app.client_id === client_id));
  if (known) {
    const changes = { ...(client_secret && { client_secret }), ...(tenant && { tenant }) };
    // Without a client, the secret in the environment may be of another one.
    if (!client_id || Object.keys(changes).length === 0) return known.id;
    return read(createdSchema, await call({ method: 'PATCH', path: `/api/v1/oauth_apps/${known.id}`, body: changes }))
      .id;
  }
  if (!client_id || !client_secret) {
    const which = client_id ? `with the client ${client_id}` : `of ${platform}`;
    throw new CliError(`the project has no OAuth app ${which}: set CLIENT_ID and CLIENT_SECRET to create one`);
  }
  const body = { platform, client_id, client_secret, ...(tenant && { tenant }) };
  return read(createdSchema, await call({ method: 'POST', path: '/api/v1/oauth_apps', body })).id;
}

/** Waits until the session is completed. A user may try again after a failure. @returns the calendars */
async function waitFor(call: CallApi, sessionId: string, progress: (line: string) => void): Promise<string[]> {
  let shown: string | null = null;
  for (;;) {
    const path = `/api/v1/connect_sessions/${sessionId}`;
    const { status, error, calendar_ids: ids } = read(sessionSchema, await call({ method: 'GET', path }));
    if (status === 'completed') return ids;
    if (status === 'expired') throw new CliError('the link has expired: run the command again');
    if (error !== null && error !== shown) progress(`Not connected: ${error}. The page offers another try.`);
    shown = error;
    await setTimeout(pollMs);
  }
}

function read<Schema extends z.ZodType>(
  schema: Schema,
  { status, body }: Awaited<ReturnType<CallApi>>,
): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (status >= 300 || !parsed.success)
    throw new CliError(`Kalends answered ${status}: ${JSON.stringify(body ?? null)}`);
  return parsed.data;
}

const openers: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', win32: 'explorer' };

/** Where there is no browser, the printed link is enough. */
function openBrowser(url: string): void {
  const child = spawn(openers[process.platform] ?? 'xdg-open', [url], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
