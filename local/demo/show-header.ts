import type { PersonCalendar } from './connect-calendars.ts';
import { formatDuration } from './format-duration.ts';
import type { CurlLine } from './list-curl-lines.ts';
import { paint } from './paint.ts';
import type { SimulatedPlatforms } from './start-simulated-stack.ts';

export interface Header {
  url: string;
  apiKey: string;
  platforms: SimulatedPlatforms;
  receiverUrl: string;
  calendars: readonly PersonCalendar[];
  curlLines: readonly CurlLine[];
  /** Set the variables that the docs use. */
  shellLines: readonly string[];
}

const indent = (text: string, by: string): string => text.replaceAll(/^/gm, by);

/** The text that a newcomer reads first: the addresses, commands to try, and how to read the output that follows. */
export function showHeader({ url, apiKey, platforms, receiverUrl, calendars, curlLines, shellLines }: Header): string {
  const label = (text: string): string => paint('cyan', text.padEnd(10));
  const simulators = calendars.flatMap(({ person, events, firstSyncMs }) => [
    `  ${label(platforms[person.platform].label)}${platforms[person.platform].url}   (a simulator)`,
    `  ${label('')}${person.email}: ${events} events, first sync ${formatDuration(firstSyncMs)}`,
  ]);
  const commands = curlLines.flatMap(({ does, command }) => [`  ${does}`, paint('green', indent(command, '    '))]);
  return [
    '',
    `${paint('bold', 'Kalends')} copies calendars, and updates them within seconds. It now runs on your machine:`,
    `  ${label('API')}${url}/api/v1   key ${paint('bold', apiKey)}`,
    ...simulators,
    `  ${label('Webhooks')}${receiverUrl}   (this demo receives them, as your program would)`,
    '',
    `${paint('bold', 'Try it')} in a second terminal. Each command works without changes:`,
    ...commands,
    '  set the values that the commands of the docs use, for the simulators',
    paint('green', indent(shellLines.join('\n'), '    ')),
    '',
    `${paint('bold', 'Watch')} Ada (Google) and Ben (Microsoft 365) change their calendars, and see how long each step takes:`,
    `  ${label('push')}the provider notifies Kalends that the calendar has changed`,
    `  ${label('sync')}Kalends waits a second to collect changes, then reads and stores them`,
    `  ${label('webhook')}Kalends notifies your program with a signed request`,
    `  ${label('read')}your program reads the changed events from the API`,
    '',
    `${paint('bold', 'Ctrl-C')} ends everything. Nothing stays on your machine.`,
    '',
  ].join('\n');
}
