import type { SimulatedPerson } from './simulated-person.ts';

/** A command to try. It works without changes when it is pasted into a shell. */
export interface CurlLine {
  does: string;
  command: string;
}

/**
 * Lists the commands that the demo prints.
 *
 * @param options `day` is a day (`2026-11-24`) on which Ada has meetings, `nextDay` the day after it
 */
export function listCurlLines(options: {
  url: string;
  apiKey: string;
  receiverUrl: string;
  people: readonly Pick<SimulatedPerson, 'name' | 'sampleChange'>[];
  /** `deduplication_key` of Ada's calendar. */
  key: string;
  day: string;
  nextDay: string;
}): CurlLine[] {
  const { url, receiverUrl, people, key, day, nextDay } = options;
  const authorization = `-H 'Authorization: Token ${options.apiKey}'`;
  const webhook = JSON.stringify({ url: `${receiverUrl}/yours`, triggers: ['calendar.events_update'] });
  return [
    { does: 'list the calendars', command: `curl -s ${url}/api/v1/calendars ${authorization}` },
    {
      does: `list Ada's events on ${day}`,
      command: [
        `curl -sG ${url}/api/v1/calendar_events ${authorization}`,
        `  -d calendar_deduplication_key=${key} -d start_time_gte=${day} -d end_time_lte=${nextDay}`,
      ].join(' \\\n'),
    },
    ...people.map(({ name, sampleChange }) => ({
      does: `add an event to ${name}'s calendar at the simulator, and watch it arrive below`,
      command: [`curl -s '${sampleChange.url}'`, `  -d '${JSON.stringify(sampleChange.body)}'`].join(' \\\n'),
    })),
    {
      does: 'add a webhook endpoint (here: another path of this demo)',
      command: [
        `curl -s ${url}/api/v1/webhooks ${authorization}`,
        `  -H 'Content-Type: application/json'`,
        `  -d '${webhook}'`,
      ].join(' \\\n'),
    },
    { does: 'read the description of the whole API (OpenAPI)', command: `curl -s ${url}/openapi.json` },
  ];
}
