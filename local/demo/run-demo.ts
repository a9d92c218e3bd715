import { setTimeout as sleep } from 'node:timers/promises';
import { createClosing } from '../runner/create-closing.ts';
import { LocalError } from '../runner/local-error.ts';
import { watchFunctions } from '../watch-functions.ts';
import { createApiClient } from './api-client.ts';
import { chooseChange } from './choose-change.ts';
import { connectCalendars } from './connect-calendars.ts';
import { ada } from './demo-people.ts';
import { type ConnectedCalendar, followChanges, type Trace } from './follow-changes.ts';
import { formatDuration } from './format-duration.ts';
import { listCurlLines } from './list-curl-lines.ts';
import { listShellValues } from './list-shell-values.ts';
import { paint } from './paint.ts';
import { readDemoSettings } from './read-demo-settings.ts';
import { readEvents } from './read-events.ts';
import { registerWebhook, webhookPath } from './register-webhook.ts';
import { seedCalendars, workday } from './seed-calendars.ts';
import { showHeader } from './show-header.ts';
import { showSummary } from './show-summary.ts';
import { showName, showTrace } from './show-trace.ts';
import { startSimulatedStack } from './start-simulated-stack.ts';
import { watchPushes } from './watch-pushes.ts';
import { startWebhookReceiver } from './webhook-receiver.ts';
import { createWhenText } from './when-text.ts';

const pauseMs = 2500;
const arrivalLimitMs = 20_000;
/** When one webhook brings more changes than this, the others are only counted. */
const mostShownAtOnce = 3;

export interface DemoOptions {
  environment: Readonly<Record<string, string | undefined>>;
  /** IANA time zone of the calendars. */
  zone: string;
  print: (text: string) => void;
  /** Ends the demo when aborted. */
  signal: AbortSignal;
}

/**
 * Runs the whole stack on loopback, changes calendars, and shows the path of each change. It stops on the signal or after
 * the number of changes in the settings, and ends everything that it started.
 *
 * @returns whether every change arrived
 * @throws LocalError when the user can correct the cause
 */
export async function runDemo({ environment, zone, print, signal }: DemoOptions): Promise<boolean> {
  const startedAt = Date.now();
  const { changes, stack } = readDemoSettings(environment);
  const when = createWhenText(zone);
  const closing = createClosing(print);
  try {
    const { local, platforms, close } = await startSimulatedStack(stack);
    closing.add(close);
    const receiver = await startWebhookReceiver();
    closing.add(receiver.close);
    const people = seedCalendars(platforms, zone);
    const api = createApiClient(local.url, local.apiKey);
    if (signal.aborted) return true;
    await registerWebhook(api, receiver);
    const calendars = await connectCalendars(api, receiver, people);
    if (signal.aborted) return true;

    const day = workday(1, zone);
    const addresses = { url: local.url, apiKey: local.apiKey, receiverUrl: receiver.url };
    const example = { people, key: ada.key, day: String(day), nextDay: String(day.add({ days: 1 })) };
    print(paint('dim', `started in ${formatDuration(Date.now() - startedAt)}`));
    const curlLines = listCurlLines({ ...addresses, ...example });
    const shellLines = listShellValues({
      ...addresses,
      login: platforms.google.url,
      account: people[0].account,
      tenantApp: platforms.microsoft.addTenantApp(),
    });
    print(showHeader({ ...addresses, platforms, calendars, curlLines, shellLines }));

    const traces: Trace[] = [];
    const show = (headline: string, trace: Trace): void => {
      traces.push(trace);
      print(showTrace(headline, trace, when));
    };
    const pushes = watchPushes(Object.values(platforms));
    const follower = followChanges({
      calendars,
      pushes,
      onEvent: local.onEvent,
      onWebhook: receiver.onWebhook,
      readEvents: (calendarId, since) => readEvents(api, calendarId, since),
      onOthers: (others) => {
        for (const trace of others.slice(0, mostShownAtOnce)) {
          show(`Your change of ${trace.calendar.person.name}'s calendar: ${showName(trace.event.name)}`, trace);
        }
        if (others.length > mostShownAtOnce) print(`          … and ${others.length - mostShownAtOnce} more events\n`);
      },
      onError: (error) => {
        if (!signal.aborted) print(paint('red', `          ${String(error)}\n`));
      },
      now: Date.now,
    });
    closing.add(async () => {
      pushes.close();
      follower.close();
    });
    signal.addEventListener('abort', follower.close);
    closing.add(watchFunctions(local, (line) => print(paint('dim', `          ${line}\n`))));
    receiver.onWebhook(({ path, body }) => {
      if (path !== webhookPath) print(`          your endpoint ${path} received ${body.trigger}\n`);
    });

    const changeOne = async (calendar: ConnectedCalendar): Promise<boolean> => {
      const change = chooseChange({ zone, when, now: Date.now, random: Math.random }, calendar.person);
      const trace = await follower.follow(calendar, change.apply, arrivalLimitMs);
      if (trace !== undefined) show(change.headline, trace);
      else if (!signal.aborted) {
        print(paint('red', `          ${change.headline}: did not arrive within ${formatDuration(arrivalLimitMs)}\n`));
        return false;
      }
      return true;
    };
    let missing = 0;
    const from = Date.now();
    for (let made = 0; made < changes && !signal.aborted; made += 1) {
      // First one change of each calendar, so that every person appears early.
      const index = made < calendars.length ? made : Math.floor(Math.random() * calendars.length);
      const calendar = calendars[index];
      if (calendar === undefined) break;
      if (!(await changeOne(calendar))) missing += 1;
      if (made + 1 < changes) await sleep(pauseMs, undefined, { signal }).catch(() => {});
    }
    print(showSummary(traces, missing, Date.now() - from));
    return missing === 0;
  } catch (error) {
    // Ctrl-C during the start also ends the engines, so errors of the start are expected then.
    if (signal.aborted && !(error instanceof LocalError && error.message.startsWith('bad settings'))) return true;
    throw error;
  } finally {
    await closing.close();
  }
}
