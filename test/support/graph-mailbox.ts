import type { MicrosoftRecurrence } from '../../local/simulators/microsoft/microsoft-event.ts';
import { startMicrosoftSimulator } from '../../local/simulators/microsoft/microsoft-simulator.ts';
import { connectGraph } from './microsoft-client.ts';

/** The present of the simulator, in milliseconds since the epoch. */
export const NOW = Date.parse('2026-11-21T09:00:00Z');
/** The window of delta rounds. */
export const FROM = '2026-11-20T00:00:00Z';
export const TO = '2026-12-20T00:00:00Z';

export const ZONE = 'W. Europe Standard Time';
export const WEEKLY: MicrosoftRecurrence = {
  pattern: { type: 'weekly', interval: 1, daysOfWeek: ['monday'] },
  range: { type: 'noEnd' },
};

export const at = (dateTime: string, timeZone = ZONE) => ({ dateTime, timeZone });

export const meeting = (day: string, more = {}) => ({
  subject: 'Meeting',
  start: at(`${day}T10:30:00`),
  end: at(`${day}T11:00:00`),
  ...more,
});

/** A series since long before the window: four mondays of it lie inside. */
export const series = { ...meeting('2019-01-07'), subject: 'Weekly', recurrence: WEEKLY };

/** A Microsoft simulator with one account, its calendar, and a client of that account. */
export async function startGraphMailbox(options: Parameters<typeof startMicrosoftSimulator>[0]) {
  const sim = await startMicrosoftSimulator(options);
  const ada = sim.addAccount({ email: 'ada@example.com' });
  const calendar = sim.addCalendar(ada);
  return { sim, ada, calendar, client: await connectGraph(sim, ada) };
}

export type GraphMailbox = Awaited<ReturnType<typeof startGraphMailbox>>;
