import type { SimulatedPlatform } from './simulated-person.ts';

/** A notification that a push receiver has taken. */
interface Push {
  /** Id of the calendar at the provider. */
  calendar: string;
  /** Milliseconds since the epoch. */
  at: number;
}

export interface PushWatch {
  /** The first one of a calendar in a span of time, both ends included. */
  findFirst: (calendar: string, from: number, to: number) => Push | undefined;
  close: () => void;
}

/** The simulators keep lists of deliveries without times: how often they are looked at is the precision of theirs. */
const lookMs = 5;

/** Enough to explain a webhook that comes seconds later. */
const mostKept = 500;

/** Notes when notifications of changes arrive. */
export function watchPushes(
  platforms: readonly Pick<SimulatedPlatform, 'takeAnnounced'>[],
  now: () => number = Date.now,
): PushWatch {
  const pushes: Push[] = [];
  const look = (): void => {
    for (const calendar of platforms.flatMap((platform) => platform.takeAnnounced())) {
      pushes.push({ calendar, at: now() });
    }
    pushes.splice(0, pushes.length - mostKept);
  };
  const timer = setInterval(look, lookMs);
  return {
    findFirst: (calendar, from, to) => {
      look();
      return pushes.find((push) => push.calendar === calendar && push.at >= from && push.at <= to);
    },
    close: () => clearInterval(timer),
  };
}
