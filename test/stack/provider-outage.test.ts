import { expect, it } from 'vitest';
import { useStack } from '../support/use-stack.ts';
import { waitUntil } from '../support/wait-until.ts';

const stack = useStack();

/** From a change in a calendar to the moment the API shows it, in milliseconds. */
async function timeChange(user: ReturnType<typeof stack.simulate>, calendarId: string, name: string): Promise<number> {
  const started = performance.now();
  user.insert(name, 3);
  await waitUntil(async () => (await stack.events(calendarId)).some((event) => event.name === name), 60_000);
  return performance.now() - started;
}

it('Graph that hangs for forty calendars with changes does not delay a change in a Google calendar', async () => {
  const person = stack.simulate('google');
  const calendarId = await stack.connect(person);
  const others = Array.from({ length: 40 }, () => stack.simulate('microsoft'));
  await Promise.all(others.map((user) => stack.connect(user)));
  await stack.idle();
  await timeChange(person, calendarId, 'warm-up');
  const before = await timeChange(person, calendarId, 'before the outage');

  stack.microsoft.faults.push({ on: 'any', times: 10_000, outcome: { delayMs: 60_000 } });
  for (const user of others) user.insert('waits', 3);
  await waitUntil(async () => {
    const { running, waiting } = (await stack.local.state()).functions['sync-calendar'] ?? { running: 0, waiting: 0 };
    return running + waiting >= 20;
  }, 60_000);
  const during = await timeChange(person, calendarId, 'during the outage');
  console.info(`stored after ${Math.round(before)} ms, and after ${Math.round(during)} ms during the outage`);
  expect(during).toBeLessThan(before + 4_000);
}, 180_000);
