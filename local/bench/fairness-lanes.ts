import { setTimeout as sleep } from 'node:timers/promises';
import { type Arrival, type FairnessStack, organizationNoise } from './fairness-stack.ts';

/** The OAuth client of the simulator's users. */
const simulatedClient = 'simulated-client.apps.googleusercontent.com';
/** A time that counts for what has not come at all. */
export const never = 30_000;
/** Pause of a retry after the first attempt, without its jitter (`retryDelays`). */
const firstRetryMs = 5000;

/** Waits for a request at an endpoint. @returns when it came; `never` after it was sent when it did not */
function arrivalOf(stack: FairnessStack, isWanted: (arrival: Arrival) => boolean): Promise<Arrival | null> {
  const { promise, resolve } = Promise.withResolvers<Arrival | null>();
  const listener = (arrival: Arrival): void => {
    if (isWanted(arrival)) resolve(arrival);
  };
  stack.endpoints.listeners.add(listener);
  const timer = setTimeout(() => resolve(null), never);
  return promise.finally(() => {
    clearTimeout(timer);
    stack.endpoints.listeners.delete(listener);
  });
}

/** Times of several lanes that are measured together, in milliseconds. */
export type Samples = Record<string, number[]>;

/** Whether what the noisy project calls hangs, or answers at once: the same work without the fault. */
export type NoiseKind = 'hangs' | 'answers';

export interface FairnessLane {
  noise: string;
  /** Whether the noise can also be made by servers that answer. */
  canAnswer: boolean;
  sample: () => Promise<Samples>;
  /** Makes the noise. @returns what ends it */
  disturb: (kind: NoiseKind) => Promise<() => Promise<void>>;
}

const inTurns = async (count: number, atOnce: number, work: (index: number) => Promise<unknown>): Promise<void> => {
  let next = 0;
  const loop = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, loop));
};

/** Some half of the requests that this machine can answer, so that the processors are not what is divided. */
const floodPerSecond = { anonymous: 60, noisy: 20 };
const mostRequestsAtOnce = 100;

/** Sends requests at a constant rate, whatever their answers take. @returns what ends it, after the last answer */
const flood = (perSecond: number, send: () => Promise<unknown>): (() => Promise<void>) => {
  const open = new Set<Promise<unknown>>();
  const timer = setInterval(() => {
    if (open.size >= mostRequestsAtOnce) return;
    const request: Promise<unknown> = send()
      .catch(() => undefined)
      .finally(() => open.delete(request));
    open.add(request);
  }, 1000 / perSecond);
  return async () => {
    clearInterval(timer);
    await Promise.all(open);
  };
};

/** A busy machine drops connections. */
const again = (send: () => Promise<unknown>): Promise<unknown> => send().catch(() => sleep(500).then(send));

/**
 * The lanes of a quiet project, and the noise of another one in each.
 *
 * @param count samples of a lane
 */
export async function createFairnessLanes(stack: FairnessStack, count: number): Promise<FairnessLane[]> {
  const { quiet, noisy, endpoints } = stack;
  const addEndpoint = (api: typeof quiet, path: string, trigger: string): Promise<unknown> =>
    api.post('/webhooks', { url: `${endpoints.url}${path}`, triggers: [trigger] });
  await addEndpoint(quiet, '/quiet', 'calendar.events_update');
  await addEndpoint(quiet, '/quiet-bots', 'bot.due');
  await addEndpoint(quiet, '/flaky', 'calendar.events_update');
  await Promise.all([quiet, noisy].map((api) => api.patch('/bot_settings', { runner: 'webhook' })));
  const first = arrivalOf(stack, ({ path }) => path === '/quiet');
  const calendar = await stack.connect(quiet);
  await first;

  const change = async (name: string): Promise<{ total: number; fromCommit: number; key: string | undefined }> => {
    const arrival = arrivalOf(stack, ({ path, body }) => path === '/quiet' && body.calendar_id === calendar.id);
    const startedAt = Date.now();
    calendar.rename(name);
    const came = await arrival;
    const fromCommit = came ? came.at - Date.parse(came.body.data.since ?? '') : never;
    return { total: came ? came.at - startedAt : never, fromCommit, key: came?.key };
  };
  /** Does something at the first call only. */
  const once = <Result>(work: () => Promise<Result>): (() => Promise<Result>) => {
    let done: Promise<Result> | undefined;
    return () => (done ??= work());
  };
  const addHangingRunner = once(() => addEndpoint(noisy, '/hang-bots', 'bot.due'));
  const addHangingEndpoints = once(async () => {
    for (let index = 0; index < 20; index += 1) await addEndpoint(noisy, `/hang-${index}`, 'calendar.events_update');
    const calendar = await stack.connect(noisy);
    await stack.rest(30_000);
    return calendar;
  });
  const meeting = { meeting_url: 'https://zoom.us/j/85746352410', bot_name: 'Recorder' };
  const postBot = (api: typeof quiet): Promise<unknown> =>
    again(() => api.post('/bots', { ...meeting, join_at: new Date(Date.now() + 60_000).toISOString() }));

  const sampleSyncs = async (): Promise<Samples> => {
    const syncs: number[] = [];
    for (let index = 0; index < count; index += 1) syncs.push((await change(`sync ${Date.now()}`)).total);
    return { 'change → webhook': syncs };
  };
  /** The quiet project's requests use the quota of its OAuth client's Cloud project. */
  const organization = (where: string, cloudProject: string): FairnessLane => ({
    noise: `an organization that is being connected, ${organizationNoise.mailboxesPerMinute} users a minute, ${where}`,
    canAnswer: false,
    sample: sampleSyncs,
    disturb: () => stack.connectOrganization({ cloudProject, delayMs: 1000 }),
  });

  return [
    {
      noise: '40 calendars whose listings take 8 s',
      canAnswer: true,
      sample: sampleSyncs,
      disturb: async (kind) => {
        await inTurns(40, 8, () => stack.connect(noisy, kind === 'hangs' ? 8000 : 0));
        return async () => void stack.google.faults.splice(0);
      },
    },
    {
      noise: '100 bots whose runner hangs',
      canAnswer: true,
      sample: async () => {
        const times: number[] = [];
        for (let index = 0; index < 5 * count; index += 1) {
          const startedAt = Date.now();
          const arrival = arrivalOf(stack, ({ path }) => path === '/quiet-bots');
          await postBot(quiet);
          const came = await arrival;
          times.push(came ? came.at - startedAt : never);
          await sleep(200);
        }
        return { 'bot due → runner': times };
      },
      disturb: async (kind) => {
        endpoints.state.isHanging = kind === 'hangs';
        await addHangingRunner();
        await inTurns(100, 8, () => postBot(noisy));
        return async () => void (endpoints.state.isHanging = false);
      },
    },
    {
      noise: '20 endpoints that hang, a change a second',
      canAnswer: true,
      sample: async () => {
        const attempts: number[] = [];
        const retries: number[] = [];
        // A notification has the same key at all endpoints.
        const flaky = new Map<string, number[]>();
        const listener = ({ path, key, at }: Arrival): void => {
          if (path === '/flaky') flaky.set(key, [...(flaky.get(key) ?? []), at]);
        };
        endpoints.listeners.add(listener);
        const keys: string[] = [];
        for (let index = 0; index < count; index += 1) {
          const { fromCommit, key } = await change(`fan-out ${Date.now()}`);
          attempts.push(fromCommit);
          if (key === undefined) continue;
          keys.push(key);
          // One at a time: the next delivery to this endpoint waits behind a failure of this one.
          const isOver = (): boolean => (flaky.get(key)?.length ?? 0) > 1;
          for (const end = Date.now() + never; !isOver() && Date.now() < end; ) await sleep(100);
        }
        endpoints.listeners.delete(listener);
        for (const key of keys) {
          const [first = Number.NaN, second = Number.POSITIVE_INFINITY] = flaky.get(key) ?? [];
          retries.push(Math.min(second - first - firstRetryMs, never));
        }
        return { 'commit → first attempt': attempts, 'retry, beyond its pause': retries };
      },
      disturb: async (kind) => {
        endpoints.state.isHanging = false;
        const { rename } = await addHangingEndpoints();
        endpoints.state.isHanging = kind === 'hangs';
        const timer = setInterval(() => rename(`noise ${Date.now()}`), 1000);
        return async () => {
          clearInterval(timer);
          endpoints.state.isHanging = false;
        };
      },
    },
    {
      noise: `${floodPerSecond.anonymous} anonymous requests a second and ${floodPerSecond.noisy} of another project`,
      canAnswer: false,
      sample: async () => {
        const times: number[] = [];
        for (let index = 0; index < 5 * count; index += 1) {
          const startedAt = performance.now();
          await quiet.get('/calendars');
          times.push(performance.now() - startedAt);
          await sleep(20);
        }
        return { 'GET /calendars': times };
      },
      disturb: async () => {
        const ends = [
          flood(floodPerSecond.anonymous, () => fetch(`${stack.url}/api/v1/calendars`)),
          flood(floodPerSecond.noisy, () => noisy.get('/calendars')),
        ];
        return async () => void (await Promise.all(ends.map((end) => end())));
      },
    },
    organization('in the same Google Cloud project', simulatedClient),
    organization('in another Google Cloud project', 'another'),
  ];
}
