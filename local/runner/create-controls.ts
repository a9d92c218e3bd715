import type { LocalClock } from './create-clock.ts';
import type { LocalControls } from './local-controls.ts';
import { LocalError } from './local-error.ts';
import { readQueueDepth } from './local-queue.ts';
import type { RunningTemplate } from './run-template.ts';
import type { Engines } from './start-engines.ts';

/**
 * Makes the controls of a running template.
 *
 * @param saveOffset keeps the offset of the clock, in milliseconds, for the next start
 */
export const createControls = (
  { queues, functions, eventSources, schedules, timeToLive }: RunningTemplate,
  { sqs, advanceDelays }: Pick<Engines, 'sqs' | 'advanceDelays'>,
  clock: LocalClock,
  saveOffset: (offset: number) => void,
): LocalControls => {
  const findFunction = (functionName: string) => {
    const local = functions.find(({ name }) => name === functionName);
    const known = functions.map(({ name }) => name).join(', ');
    if (local === undefined) throw new LocalError(`no function "${functionName}"; there are ${known}`);
    return local;
  };
  const queueDepths = async () =>
    Object.fromEntries(await Promise.all(queues.map(async (queue) => [queue.name, await readQueueDepth(sqs, queue)])));

  return {
    now: clock.now,
    tick: async () => {
      await timeToLive.expire();
      return schedules.tick();
    },
    queueDepths,
    advanceClock: (milliseconds) => {
      if (!(milliseconds >= 0)) throw new LocalError('the local clock only goes forward');
      clock.advance(milliseconds);
      advanceDelays(milliseconds);
      saveOffset(clock.offset());
    },
    crash: (functionName, after) => findFunction(functionName).crashNext(after),
    replaceBundle: (functionName, directory) => findFunction(functionName).replaceBundle(directory),
    state: async () => {
      const depths = await queueDepths();
      const polled = queues.filter(({ arn }) => eventSources.some(({ queueArn }) => queueArn === arn));
      const waiting = polled.flatMap(({ name }) => Object.values(depths[name] ?? {}));
      const counts = Object.fromEntries(functions.map((local) => [local.name, local.counts()]));
      const running = Object.values(counts).map((count) => count.running + count.waiting);
      return {
        now: new Date(clock.now()).toISOString(),
        clock_offset_ms: clock.offset(),
        queues: depths,
        functions: counts,
        idle: [...waiting, ...running].every((count) => count === 0),
      };
    },
  };
};
