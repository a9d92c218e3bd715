import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { canonicalJson } from '../../shared/platform/canonical-json.ts';

/** A bot as the stand-in stores it. */
export interface RemoteBot {
  id: string;
  bot_name: string;
  meeting_url: string;
  join_at?: string;
  state: string;
  deduplication_key: string;
  metadata: Record<string, string>;
}

const terminal = new Set(['ended', 'fatal_error']);

/**
 * A stand-in for an Attendee server, after docs/api-compatibility.md#bots: bots are made, changed and deleted while they are scheduled, and
 * a deduplication key is unique. One that is on its way can be told to leave.
 */
export async function startAttendee(apiKey: string, now: () => number = Date.now) {
  const bots = new Map<string, RemoteBot>();
  const requests: string[] = [];
  /** What happens to the next requests: an answer in place of the real one, or after it took effect. */
  const faults: (number | 'lost')[] = [];
  const secret = Buffer.from('a secret of the attendee server');

  const isPast = ({ join_at }: Partial<RemoteBot>): boolean => join_at !== undefined && Date.parse(join_at) < now();

  const tellToLeave = (bot: RemoteBot | undefined): { status: number; body?: unknown } => {
    if (!bot) return { status: 404, body: { error: 'Bot not found' } };
    if (bot.state === 'scheduled' || terminal.has(bot.state))
      return { status: 400, body: { error: 'not in a meeting' } };
    bot.state = 'leaving';
    return { status: 200, body: bot };
  };

  const answerTo = (method: string, url: URL, body: Partial<RemoteBot>): { status: number; body?: unknown } => {
    const [, id, leave] = /^\/api\/v1\/bots(?:\/([^/]+)(\/leave)?)?$/.exec(url.pathname) ?? [];
    if (leave) return tellToLeave(bots.get(id ?? ''));
    if (method === 'POST') {
      const isTaken = [...bots.values()].some(
        (bot) => bot.deduplication_key === body.deduplication_key && !terminal.has(bot.state),
      );
      if (isTaken) return { status: 400, body: { error: 'Deduplication key already in use.' } };
      if (isPast(body)) return { status: 400, body: { join_at: ['join_at cannot be in the past'] } };
      const bot = { ...body, id: `bot_${randomUUID()}`, state: body.join_at ? 'scheduled' : 'joining' } as RemoteBot;
      bots.set(bot.id, bot);
      return { status: 201, body: bot };
    }
    if (method === 'GET' && id === undefined) {
      const key = url.searchParams.get('deduplication_key');
      return { status: 200, body: { results: [...bots.values()].filter((bot) => bot.deduplication_key === key) } };
    }
    const bot = bots.get(id ?? '');
    if (!bot) return { status: 404, body: { error: 'Bot not found' } };
    if (method === 'GET') return { status: 200, body: bot };
    if (isPast(body)) return { status: 400, body: { join_at: ['join_at cannot be in the past'] } };
    if (bot.state !== 'scheduled') return { status: 400, body: { error: `Bot is in state ${bot.state}` } };
    if (method === 'DELETE') bots.delete(bot.id);
    else Object.assign(bot, body);
    return { status: 200, ...(method !== 'DELETE' && { body: bot }) };
  };

  const server = createServer((request, response) => {
    void readBody(request).then((text) => {
      const url = new URL(request.url ?? '', 'http://localhost');
      requests.push(`${request.method} ${url.pathname.replace(/bot_[\w-]+/, 'bot_…')}`);
      const fault = faults.shift();
      if (typeof fault === 'number') return response.writeHead(fault).end();
      const answer =
        request.headers.authorization === `Token ${apiKey}`
          ? answerTo(request.method ?? '', url, text === '' ? {} : JSON.parse(text))
          : { status: 401 };
      if (fault === 'lost') return response.destroy();
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      return response.end('body' in answer ? JSON.stringify(answer.body) : '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bots,
    requests,
    faults,
    secret: secret.toString('base64'),
    /** A webhook as the server sends it: signed over canonical JSON, sent in another form. */
    webhook: (bot: RemoteBot, new_state: string, created_at: string) => {
      const body = {
        trigger: 'bot.state_change',
        idempotency_key: randomUUID(),
        bot_id: bot.id,
        bot_metadata: bot.metadata,
        data: { old_state: bot.state, new_state, event_type: `was_${new_state}`, event_sub_type: null, created_at },
      };
      const signature = createHmac('sha256', secret).update(canonicalJson(body)).digest('base64');
      return { text: JSON.stringify(body, null, 1), signature };
    },
    close: () => new Promise<unknown>((resolve) => server.close(resolve)),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
