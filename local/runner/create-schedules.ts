import { randomUUID } from 'node:crypto';
import type { LocalClock } from './create-clock.ts';
import { eventTime } from './create-event-bus.ts';
import { LOCAL_ACCOUNT, LOCAL_REGION } from './local-account.ts';
import type { LocalRule, TargetResult } from './local-rule.ts';

export type TickResult = { rule: string; targets: TargetResult[] };

export type Schedules = {
  /** Starts the timers. They follow the real time, not the local clock. */
  start: () => void;
  /** Runs every enabled schedule rule now, and waits for its targets. */
  tick: () => Promise<TickResult[]>;
  stop: () => void;
};

const scheduledEvent = (rule: LocalRule, clock: Pick<LocalClock, 'now'>): Record<string, unknown> => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: LOCAL_ACCOUNT,
  time: eventTime(clock.now()),
  region: LOCAL_REGION,
  resources: [rule.arn],
  detail: {},
});

/** Makes the schedules of all enabled rules that have one. */
export const createSchedules = (
  rules: readonly LocalRule[],
  clock: Pick<LocalClock, 'now'>,
  log: (line: string) => void,
): Schedules => {
  const scheduled = rules.filter((rule) => rule.enabled && rule.everyMs !== undefined);
  const run = async (rule: LocalRule): Promise<TickResult> => ({
    rule: rule.name,
    targets: await rule.deliver(scheduledEvent(rule, clock)),
  });
  let timers: NodeJS.Timeout[] = [];
  return {
    start: () => {
      timers = scheduled.map((rule) =>
        setInterval(
          () => void run(rule).catch((error: unknown) => log(`rule ${rule.name}: ${String(error)}`)),
          rule.everyMs,
        ),
      );
    },
    tick: () => Promise.all(scheduled.map(run)),
    stop: () => timers.forEach(clearInterval),
  };
};
