import type { MicrosoftEvent } from '../../local/simulators/microsoft/microsoft-event.ts';
import type { MicrosoftSimulator } from '../../local/simulators/microsoft/microsoft-simulator.ts';
import type { MicrosoftAccount } from '../../local/simulators/microsoft/simulator-state.ts';

/** The union of what the tests read from answers. */
type Body = Partial<MicrosoftEvent> & {
  value: MicrosoftEvent[];
  '@odata.nextLink'?: string;
  '@odata.deltaLink'?: string;
  access_token?: string;
  refresh_token?: string;
  error_codes?: number[];
  error?: { code: string; message: string } | string;
  [field: string]: unknown;
};

export type GraphAnswer = { status: number; headers: Headers; text: string; json: Body };

type Round = { items: MicrosoftEvent[]; deltaLink: string; pages: GraphAnswer[]; status: number };

export type GraphClient = {
  /** `target` is a path below `/v1.0` or a link. */
  get(target: string, prefer?: string): Promise<GraphAnswer>;
  send(method: string, path: string, body?: unknown, prefer?: string): Promise<GraphAnswer>;
  /** All pages from a first one or a delta link on; ends at a failure. */
  round(target: string, prefer?: string): Promise<Round>;
};

export const PREFER =
  'odata.maxpagesize=50, outlook.timezone="UTC", outlook.body-content-type="text", IdType="ImmutableId"';

async function read(response: Response): Promise<GraphAnswer> {
  const text = await response.text();
  let json = { value: [] } as Body;
  try {
    json = JSON.parse(text) as Body;
  } catch {
    // Truncated and HTML answers are looked at as text.
  }
  return { status: response.status, headers: response.headers, text, json };
}

/** The code of an error answer of Graph. */
export function codeOf({ json }: GraphAnswer): string | undefined {
  return typeof json.error === 'object' ? json.error.code : json.error;
}

/** Posts a refresh to the token endpoint. An empty override leaves the field out. */
export async function refresh(
  sim: MicrosoftSimulator,
  account: MicrosoftAccount,
  overrides: Record<string, string> = {},
  tenant = 'common',
): Promise<GraphAnswer> {
  const fields = {
    grant_type: 'refresh_token',
    client_id: account.clientId,
    client_secret: account.clientSecret,
    refresh_token: account.refreshToken,
    scope: 'openid profile offline_access Calendars.Read',
    ...overrides,
  };
  const body = new URLSearchParams(Object.entries(fields).filter(([, value]) => value !== ''));
  return read(await fetch(`${sim.url}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body }));
}

/** The first page of a calendar's round over a window. */
export function deltaPath(calendarId: string, from: string, to: string): string {
  const range = `startDateTime=${from}&endDateTime=${to}`;
  return `/me/calendars/${encodeURIComponent(calendarId)}/calendarView/delta?${range}`;
}

/** A client with a fresh access token of the account. */
export async function connectGraph(sim: MicrosoftSimulator, account: MicrosoftAccount): Promise<GraphClient> {
  const { json } = await refresh(sim, account);
  const authorization = `Bearer ${json.access_token}`;
  const urlOf = (target: string) => (target.startsWith('/') ? `${sim.url}/v1.0${target}` : target);
  const get: GraphClient['get'] = async (target, prefer = PREFER) =>
    read(await fetch(urlOf(target), { headers: { authorization, prefer } }));
  return {
    get,
    async send(method, path, body, prefer = PREFER) {
      const headers = { authorization, prefer, 'content-type': 'application/json' };
      const content = body === undefined ? {} : { body: JSON.stringify(body) };
      return read(await fetch(urlOf(path), { method, headers, ...content }));
    },
    async round(target, prefer = PREFER) {
      const pages: GraphAnswer[] = [];
      let link: string | undefined = target;
      while (link !== undefined) {
        const page: GraphAnswer = await get(link, prefer);
        pages.push(page);
        link = page.json['@odata.nextLink'];
      }
      const last = pages.at(-1);
      const items = pages.flatMap((page) => page.json.value ?? []);
      return { items, deltaLink: last?.json['@odata.deltaLink'] ?? '', pages, status: last?.status ?? 0 };
    },
  };
}
