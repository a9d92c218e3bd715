import type { GoogleEvent } from '../../local/simulators/google/google-event.ts';
import type { GoogleSimulator } from '../../local/simulators/google/google-simulator.ts';
import type { GoogleAccount } from '../../local/simulators/google/simulator-state.ts';

export type GoogleAnswer = { status: number; headers: Headers; text: string; json: Listing };

/** The union of what the tests read from answers. */
type Listing = Partial<GoogleEvent> & {
  items: GoogleEvent[];
  nextPageToken?: string;
  nextSyncToken?: string;
  access_token?: string;
  error?: { code: number; message: string; errors?: { reason: string; domain: string; location?: string }[] };
  resourceId?: string;
  expiration?: string;
  [field: string]: unknown;
};

export type GoogleClient = {
  get(path: string, query?: Record<string, string>, headers?: Record<string, string>): Promise<GoogleAnswer>;
  post(path: string, body: unknown): Promise<GoogleAnswer>;
  /** All pages of events.list. */
  list(calendarId: string, query: Record<string, string>): Promise<{ items: GoogleEvent[]; last: GoogleAnswer }>;
};

async function read(response: Response): Promise<GoogleAnswer> {
  const text = await response.text();
  let json = { items: [] } as Listing;
  try {
    json = JSON.parse(text) as Listing;
  } catch {
    // Truncated and HTML answers are looked at as text.
  }
  return { status: response.status, headers: response.headers, text, json };
}

/** Posts a refresh to the token endpoint. */
export async function refresh(
  sim: GoogleSimulator,
  account: GoogleAccount,
  overrides: Record<string, string> = {},
): Promise<GoogleAnswer> {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: account.clientId,
    client_secret: account.clientSecret,
    refresh_token: account.refreshToken,
    ...overrides,
  });
  return read(await fetch(`${sim.url}/token`, { method: 'POST', body: form }));
}

/** The path of a calendar's events. */
export function eventsPath(calendarId: string): string {
  return `/calendar/v3/calendars/${encodeURIComponent(calendarId)}/events`;
}

/** A client with a fresh access token of the account. */
export async function connect(sim: GoogleSimulator, account: GoogleAccount): Promise<GoogleClient> {
  const { json } = await refresh(sim, account);
  const authorization = `Bearer ${json.access_token}`;
  const get: GoogleClient['get'] = async (path, query = {}, headers = {}) => {
    const search = new URLSearchParams(query).toString();
    return read(await fetch(`${sim.url}${path}?${search}`, { headers: { authorization, ...headers } }));
  };
  return {
    get,
    async post(path, body) {
      const headers = { authorization, 'content-type': 'application/json' };
      return read(await fetch(`${sim.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) }));
    },
    async list(calendarId, query) {
      const items: GoogleEvent[] = [];
      let last = await get(eventsPath(calendarId), query);
      items.push(...(last.json.items ?? []));
      while (last.json.nextPageToken !== undefined) {
        last = await get(eventsPath(calendarId), { ...query, pageToken: last.json.nextPageToken });
        items.push(...(last.json.items ?? []));
      }
      return { items, last };
    },
  };
}
