import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import {
  type CalendarEvent,
  createKalends,
  ValidationError,
  verifyWebhook,
  WebhookVerificationError,
} from '../../clients/typescript/src/index.ts';
import { consentUrl, credentialsOf, isProvider } from './oauth.ts';

/*
 * A note taker: users connect their calendars, and each of their meetings that has a link gets a bot. Everything that it has
 * to remember is in Kalends.
 */
const { KALENDS_URL = 'http://127.0.0.1:4000', KALENDS_API_KEY = '', PORT = '3000' } = process.env;
const publicUrl = process.env['PUBLIC_URL'] ?? `http://localhost:${PORT}`;
const webhookUrl = `${process.env['WEBHOOK_URL'] ?? `http://127.0.0.1:${PORT}`}/webhook`;
const kalends = createKalends({ url: KALENDS_URL, apiKey: KALENDS_API_KEY });

/** The endpoint of an earlier start is replaced: its secret was shown once. */
async function subscribe(): Promise<string> {
  for await (const webhook of kalends.webhooks.list()) {
    if (webhook.url === webhookUrl) await kalends.webhooks.delete(webhook.id);
  }
  const created = await kalends.webhooks.create({ url: webhookUrl, triggers: ['calendar.events_update'] });
  return created.secret;
}

/** One bot for each event, whatever comes twice: the key is the event's. A bot follows its event by itself. */
async function invite(event: CalendarEvent): Promise<void> {
  if (event.is_deleted || event.meeting_url === null || Date.parse(event.start_time) < Date.now()) return;
  try {
    await kalends.bots.create({ calendar_event_id: event.id, bot_name: 'Note taker', deduplication_key: event.id });
    console.log(`invited to ${event.name} at ${event.start_time}`);
  } catch (error) {
    // The event has its bot already, or it has changed meanwhile and comes again.
    if (!(error instanceof ValidationError)) throw error;
  }
}

async function receive(request: IncomingMessage, secret: string): Promise<number> {
  const body = await buffer(request);
  try {
    const webhook = verifyWebhook({ secret, headers: request.headers, body });
    if (webhook.trigger !== 'calendar.events_update') return 204;
    const { calendar_id, data } = webhook;
    // A real application puts this into a queue, answers, and works afterwards.
    for await (const event of kalends.events.list({ calendar_id, updated_at_gte: data.since })) await invite(event);
    return 204;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return 400;
    throw error;
  }
}

async function showMeetings(): Promise<string> {
  const lines = ['Connect a calendar: /connect/google or /connect/microsoft', ''];
  const { results } = await kalends.events.list({ start_time_gte: new Date(), ordering: 'start_time' }).first();
  for (const { start_time, name, bots } of results)
    lines.push(`${start_time} ${name} ${bots.length > 0 ? '[bot]' : ''}`);
  return lines.join('\n');
}

async function handle(request: IncomingMessage, response: ServerResponse, secret: string): Promise<void> {
  const url = new URL(request.url ?? '/', publicUrl);
  const [, step, provider] = url.pathname.split('/');
  const redirectUri = `${publicUrl}/callback/${provider}`;
  const answer = (status: number, text = '', headers = {}): void =>
    void response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers }).end(text);
  if (request.method === 'POST' && step === 'webhook') return answer(await receive(request, secret));
  if (step === '') return answer(200, await showMeetings());
  if (!isProvider(provider)) return answer(404, 'Not found');
  if (step === 'connect') return answer(302, '', { location: consentUrl(provider, redirectUri) });
  if (step !== 'callback') return answer(404, 'Not found');
  const credentials = await credentialsOf(provider, redirectUri, url.searchParams);
  const calendar = await kalends.calendars.create(credentials, { verify: true });
  console.log(`connected ${calendar.id}`);
  answer(302, '', { location: '/' });
}

const secret = await subscribe();
createServer((request, response) => {
  handle(request, response, secret).catch((error: Error) => {
    console.error(error);
    if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
    response.end('This did not work. Try again.');
  });
}).listen(Number(PORT), () => console.log(`open ${publicUrl}`));
