import type { SimulatedPlatform } from './simulated-person.ts';

/** A notification that Kalends accepted. */
interface Push {
  /** Id of the calendar at the provider. */
  calendar: string;
  /** Milliseconds since the epoch. */
  at: number;
}

export interface PushWatch {
  /** Finds the first push for a calendar in a span of time, both ends included. */
  findFirst: (calendar: string, from: number, to: number) => Push | undefined;
  close: () => void;
}

/** The simulators list deliveries without their times. How often the list is read is the precision of a push's time. */
const pollMs = 5;

/** Enough to find the push of a webhook that arrives seconds later. */
const mostKept = 500;

/** Records when notifications of changes are accepted. */
export function watchPushes(
  platforms: readonly Pick<SimulatedPlatform, 'takeNotified'>[],
  now: () => number = Date.now,
): PushWatch {
  const pushes: Push[] = [];
  const record = (): void => {
    for (const calendar of platforms.flatMap((platform) => platform.takeNotified())) {
      pushes.push({ calendar, at: now() });
    }
    pushes.splice(0, pushes.length - mostKept);
  };
  const timer = setInterval(record, pollMs);
  return {
    findFirst: (calendar, from, to) => {
      record();
      return pushes.find((push) => push.calendar === calendar && push.at >= from && push.at <= to);
    },
    close: () => clearInterval(timer),
  };
}
