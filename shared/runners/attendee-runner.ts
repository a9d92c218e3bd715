import * as z from 'zod';
import { formatTimestamp, timestampOf } from '../domain/timestamp.ts';
import type { Clock } from '../platform/clock.ts';
import type { Envelope } from '../platform/envelope.ts';
import type { RequestSafely } from '../webhooks/request-safely.ts';
import type { BotRunner, HandOffOrder } from './bot-runner.ts';
import { RunnerError } from './runner-error.ts';

export interface AttendeeRunnerDeps {
  request: RequestSafely;
  envelope: Pick<Envelope, 'open'>;
  /** `User-Agent`, with the version of Kalends. */
  userAgent: string;
  clock: Clock;
}

const botSchema = z.object({ id: z.string().min(1).max(200) });
const listSchema = z.object({ results: z.array(botSchema) });

/** A time this near is past when the server reads it; such a bot joins at once. */
const marginMs = 5_000;

/** An answer: its status, and its body when it is JSON. */
interface Answer {
  status: number;
  body: unknown;
}
type Call = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) => Promise<Answer>;

/**
 * Runs bots at an Attendee-compatible server (contract A4). The hand-off's id is the deduplication key there, so that a
 * bot created by a call whose answer was lost is found again rather than made twice.
 */
export const createAttendeeRunner = (deps: AttendeeRunnerDeps): BotRunner => ({
  tell: async (order) => {
    const call = await createCall(deps, order);
    const { handOff } = order;
    const known = handOff.remote_id;
    if (handOff.withdrawn) {
      const id = known ?? (await findRemote(call, handOff.id));
      if (id !== undefined) await cancel(call, id);
      return { remoteId: id };
    }
    if (known !== undefined && (await update(deps, call, known, order))) return { remoteId: known };
    return { remoteId: await start(deps, call, order) };
  },
});

async function start(deps: AttendeeRunnerDeps, call: Call, order: HandOffOrder): Promise<string> {
  const { bot, handOff } = order;
  const created = await call('POST', '', {
    ...whereAndWhen(deps, order),
    bot_name: bot.bot_name,
    metadata: { kalends_bot_id: bot.id, kalends_hand_off_id: handOff.id },
    deduplication_key: handOff.id,
  });
  if (created.status < 300) return botSchema.parse(created.body).id;
  const found = created.status === 400 ? await findRemote(call, handOff.id) : undefined;
  if (found === undefined) throw refused(created);
  // Made by a call whose answer was lost, perhaps for an earlier revision.
  if (!(await update(deps, call, found, order))) throw refused(created);
  return found;
}

/** @returns false when the server has no such bot */
async function update(deps: AttendeeRunnerDeps, call: Call, id: string, order: HandOffOrder): Promise<boolean> {
  const answer = await call('PATCH', `/${encodeURIComponent(id)}`, whereAndWhen(deps, order));
  if (answer.status === 404) return false;
  if (answer.status >= 300) throw refused(answer);
  return true;
}

async function cancel(call: Call, id: string): Promise<void> {
  const answer = await call('DELETE', `/${encodeURIComponent(id)}`);
  if (answer.status >= 300 && answer.status !== 404) throw refused(answer);
}

async function findRemote(call: Call, handOffId: string): Promise<string | undefined> {
  const answer = await call('GET', `?deduplication_key=${encodeURIComponent(handOffId)}`);
  if (answer.status >= 300) throw refused(answer);
  return listSchema.parse(answer.body).results[0]?.id;
}

const refused = ({ status }: Answer): RunnerError => new RunnerError(`attendee_answered_${status}`);

const whereAndWhen = ({ clock }: AttendeeRunnerDeps, { bot }: HandOffOrder) => ({
  meeting_url: bot.meeting_url,
  ...(bot.join_at > timestampOf(clock.now() + marginMs) && { join_at: formatTimestamp(bot.join_at) }),
});

async function createCall(
  { request, envelope, userAgent }: AttendeeRunnerDeps,
  { bot, settings: { attendee } }: HandOffOrder,
): Promise<Call> {
  if (!attendee) throw new RunnerError('attendee_not_set_up');
  const context = { purpose: 'bot_runner', project: bot.project_id, owner: bot.project_id } as const;
  const headers = {
    authorization: `Token ${await envelope.open(context, attendee.api_key)}`,
    'content-type': 'application/json',
    'user-agent': userAgent,
  };
  return async (method, path, body) => {
    const url = `${attendee.base_url}/api/v1/bots${path}`;
    const bytes = Buffer.from(body ? JSON.stringify(body) : '');
    const { status, text, error } = await request(method, url, headers, bytes);
    if (status === null) throw new RunnerError(`attendee_${(error ?? 'unknown').toLowerCase()}`);
    return { status, body: parse(text) };
  };
}

/** An answer that is no JSON says nothing. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
