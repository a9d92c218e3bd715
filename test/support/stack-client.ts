import type { SimulatedUser } from './simulated-user-port.ts';
import type { TestStack } from './start-test-stack.ts';

export interface StackClient {
  /** Calls the API of the stack with its key. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read bodies as any client does
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: any }>;
  /** Connects a simulated user's primary calendar, with further fields of the request. @returns its id */
  connect(user: SimulatedUser, fields?: object): Promise<string>;
  /** Every event of a calendar, deleted ones too. */
  events(calendarId: string): Promise<ApiEvent[]>;
  /** Uses a control of local mode, such as `clock`, as programs on this machine do. @throws when it is refused */
  control(name: string, body: object): Promise<void>;
  /**
   * If a function was killed since the last call of this, lets so much time pass that its messages come back.
   *
   * @returns whether it was killed
   */
  passCrash(functionName: string): Promise<boolean>;
  /** Lets time pass until the refusal of a calendar that has synced is believed. */
  loseAccess(calendarId: string): Promise<void>;
  /**
   * Resolves when no function runs and no message waits, notifications of the simulators included. Time passes for
   * messages that are held for a while.
   */
  idle(withinMs?: number): Promise<void>;
}

interface ApiEvent {
  id: string;
  platform_uuid: string;
  name: string | null;
  start_time: string;
  end_time: string;
  is_deleted: boolean;
  updated_at: string;
}

type LocalState = Awaited<ReturnType<TestStack['local']['state']>>;

/** Do messages wait that no function can receive yet, and nothing else? */
const isHeld = ({ idle, queues, functions }: LocalState): boolean =>
  !idle &&
  Object.values(queues).every(({ visible }) => visible === 0) &&
  Object.values(functions).every(({ running, waiting }) => running + waiting === 0);

/** A customer of the running stack. */
export function createStackClient({ local, google, microsoft }: TestStack): StackClient {
  const call: StackClient['call'] = async (method, path, body) => {
    const response = await fetch(path.startsWith('http') ? path : `${local.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Token ${local.apiKey}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  const control: StackClient['control'] = async (name, body) => {
    const { status } = await fetch(`${local.url}/_local/${name}`, { method: 'POST', body: JSON.stringify(body) });
    if (status !== 200) throw new Error(`the control ${name} was refused: ${status}`);
  };
  const idle: StackClient['idle'] = async (withinMs = 60_000) => {
    const end = Date.now() + withinMs;
    let heldSince = Number.POSITIVE_INFINITY;
    for (let quiet = 0; quiet < 2; ) {
      await Promise.all([google.idle(), microsoft.idle()]);
      const state = await local.state();
      quiet = state.idle ? quiet + 1 : 0;
      heldSince = isHeld(state) ? Math.min(heldSince, Date.now()) : Number.POSITIVE_INFINITY;
      // Longer than any debounce: a look or a retry is meant for later.
      if (Date.now() - heldSince > 1_500) {
        heldSince = Number.POSITIVE_INFINITY;
        await control('clock', { advance: 'PT15S' });
      }
      if (Date.now() > end) throw new Error(`not idle within ${withinMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  };
  const crashes = new Map<string, number>();
  return {
    call,
    connect: async ({ platform, account }, fields = {}) => {
      const { status, body } = await call('POST', '/calendars', {
        platform,
        client_id: account.clientId,
        client_secret: account.clientSecret,
        refresh_token: account.refreshToken,
        ...fields,
      });
      if (status !== 201) throw new Error(`not connected: ${JSON.stringify(body)}`);
      return String(body.id);
    },
    events: async (calendarId) => {
      const events: ApiEvent[] = [];
      let next: string | null = `/calendar_events?calendar_id=${calendarId}&ordering=created_at`;
      while (next !== null) {
        const { body } = await call('GET', next);
        events.push(...body.results);
        next = body.next;
      }
      return events;
    },
    control,
    passCrash: async (functionName) => {
      const count = (await local.state()).functions[functionName]?.crashes ?? 0;
      if (count === (crashes.get(functionName) ?? 0)) return false;
      crashes.set(functionName, count);
      await control('clock', { advance: 'PT3M' });
      return true;
    },
    loseAccess: async (calendarId) => {
      for (let minutes = 0; minutes < 16; minutes += 3) {
        await idle();
        const { body } = await call('GET', `/calendars/${calendarId}`);
        if (body.state === 'disconnected') return;
        await control('clock', { advance: 'PT3M' });
        await control('tick', {});
      }
      throw new Error('not disconnected');
    },
    idle,
  };
}
