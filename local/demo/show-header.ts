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
}

const indent = (text: string, by: string): string => text.replaceAll(/^/gm, by);

/** What a newcomer reads first: where everything is, what to try, and how to read what follows. */
export function showHeader({ url, apiKey, platforms, receiverUrl, calendars, curlLines }: Header): string {
  const label = (text: string): string => paint('cyan', text.padEnd(10));
  const simulators = calendars.flatMap(({ person, events, firstSyncMs }) => [
    `  ${label(platforms[person.platform].label)}${platforms[person.platform].url}   (a simulator)`,
    `  ${label('')}${person.email}: ${events} events, first sync ${formatDuration(firstSyncMs)}`,
  ]);
  const commands = curlLines.flatMap(({ does, command }) => [`  ${does}`, paint('green', indent(command, '    '))]);
  return [
    '',
    `${paint('bold', 'Kalends')} keeps calendars in sync, seconds behind their provider. This is all of it, on your machine:`,
    `  ${label('API')}${url}/api/v1   key ${paint('bold', apiKey)}`,
    ...simulators,
    `  ${label('Webhooks')}${receiverUrl}   (this demo listens, as your program would)`,
    '',
    `${paint('bold', 'Try it')} in a second terminal; each command works as it stands:`,
    ...commands,
    '',
    `${paint('bold', 'Watch')} Ada (Google) and Ben (Microsoft 365) change their calendars, and how long each step takes:`,
    `  ${label('push')}the provider says that something has changed`,
    `  ${label('sync')}Kalends reads what, and commits it; it waits a second first, so a burst is one sync`,
    `  ${label('webhook')}Kalends tells your program, signed`,
    `  ${label('read')}your program asks the API what has changed since`,
    '',
    `${paint('bold', 'Ctrl-C')} ends everything and leaves nothing behind.`,
    '',
  ].join('\n');
}
