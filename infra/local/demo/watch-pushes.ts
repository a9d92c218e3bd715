import type { GoogleSimulator } from '../simulators/google/google-simulator.ts';

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

/** The simulator keeps a list of deliveries without times: how often it is looked at is the precision of theirs. */
const lookMs = 5;

/** Enough to explain a webhook that comes seconds later. */
const mostKept = 500;

/** Notes when notifications of changes arrive. */
export function watchPushes(
  { notifications, channels }: Pick<GoogleSimulator, 'notifications' | 'channels'>,
  now: () => number = Date.now,
): PushWatch {
  const pushes: Push[] = [];
  let lastSeen = notifications.at(-1);
  const look = (): void => {
    if (notifications.at(-1) === lastSeen) return;
    // The list drops its oldest entries now and then, so a position in it means nothing later.
    const fresh = notifications.slice(lastSeen === undefined ? 0 : notifications.lastIndexOf(lastSeen) + 1);
    lastSeen = notifications.at(-1);
    for (const { channelId, state, status = 0 } of fresh) {
      const calendar = channels.get(channelId)?.calendarId;
      if (state === 'exists' && status < 300 && calendar !== undefined) pushes.push({ calendar, at: now() });
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
