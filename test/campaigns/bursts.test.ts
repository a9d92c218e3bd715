import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { platforms } from '../../shared/calendars/calendar.ts';
import type { SimulatedUser } from '../support/simulated-user-port.ts';
import { useStack } from '../support/use-stack.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Rounds of each of ten calendars. A few belong to every test run; `npm run campaign` makes many. */
const rounds = Math.ceil(Number(process.env.KALENDS_CAMPAIGN_RUNS ?? 20) / 10);
const stack = useStack();

/** The width of a debounce bucket. */
const widthMs = 500;
/** The shape that meets a running sync: the last change falls into a bucket whose first push came before the reading. */
const shape = [0, 800, 400];

const randomGaps = (): number[] =>
  Array.from({ length: 2 + Math.floor(Math.random() * 4) }, () => 5 + Math.floor(Math.random() * 1_495));

interface Watched {
  user: SimulatedUser;
  calendarId: string;
  eventId: string;
}

async function connect(platform: 'google' | 'microsoft'): Promise<Watched> {
  const user = stack.simulate(platform);
  const eventId = user.insert('before', 24);
  return { user, eventId, calendarId: await stack.connect(user) };
}

/** Changes an event several times. @returns the gaps, if the last change is not stored within seconds, else null */
async function burst(
  { user, calendarId, eventId }: Watched,
  gaps: number[],
  phaseMs: number,
): Promise<number[] | null> {
  await sleep(widthMs - ((stack.local.now() - phaseMs) % widthMs));
  for (const [index, gap] of gaps.entries()) {
    await sleep(gap);
    user.rename(eventId, `change ${index} of ${gaps.join(' ')}`);
  }
  const last = `change ${gaps.length - 1} of ${gaps.join(' ')}`;
  const isStored = async (): Promise<boolean> => (await stack.events(calendarId)).some(({ name }) => name === last);
  return waitUntil(isStored, 15_000).then(
    () => null,
    () => gaps,
  );
}

it(
  'the last of several changes around a running sync is stored within seconds, at every phase of a bucket',
  async () => {
    const watched = await Promise.all(
      Array.from({ length: 10 }, (_, index) => connect(platforms[index % 2] ?? 'google')),
    );
    await stack.idle();
    const lost: number[][] = [];
    for (let round = 0; round < rounds; round += 1) {
      const results = await Promise.all(
        watched.map((one, index) => burst(one, round % 2 === 0 ? shape : randomGaps(), (index * widthMs) / 10)),
      );
      lost.push(...results.filter((gaps) => gaps !== null));
    }
    console.info(`${rounds * watched.length} bursts, ${lost.length} lost`);
    expect(lost).toEqual([]);
  },
  60_000 + rounds * 30_000,
);
