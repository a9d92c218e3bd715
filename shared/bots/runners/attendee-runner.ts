import * as z from 'zod';
import { classifyMeetingUrl } from '../../meeting-links/classify-meeting-url.ts';
import { botTimingMs } from '../../platform/bot-timing.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Envelope } from '../../platform/envelope.ts';
import { formatTimestamp, parseTimestamp, timestampOf } from '../../platform/timestamp.ts';
import type { RequestSafely } from '../../webhooks/egress/request-safely.ts';
import { isTerminalState } from '../bot.ts';
import type { BotRunner, HandOffOrder } from './bot-runner.ts';
import { noAnswer, RunnerError } from './runner-error.ts';

export interface AttendeeRunnerDeps {
  request: RequestSafely;
  envelope: Pick<Envelope, 'open'>;
  /** `User-Agent`, with the version of Kalends. */
  userAgent: string;
  clock: Clock;
}

/** A bot at the server: the fields that are read here. */
const botSchema = z.object({
  id: z.string().min(1).max(200),
  state: z.string().optional(),
  meeting_url: z.string().nullish(),
  join_at: z.string().nullish(),
});
type RemoteBot = z.output<typeof botSchema>;
const listSchema = z.object({ results: z.array(botSchema) });

/** An answer: its status, and its body when it is JSON. */
interface Answer {
  status: number;
  body: unknown;
}
type Call = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) => Promise<Answer>;

/**
 * Runs bots at an Attendee-compatible server (docs/api-compatibility.md#bots). The hand-off's id is the deduplication key
 * there, so a bot is found again that was created by a call whose answer was lost.
 */
export const createAttendeeRunner = (deps: AttendeeRunnerDeps): BotRunner => ({
  dispatch: async (order, ended) => {
    const call = await createCall(deps, order, ended);
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

/** Attendee takes metadata of up to so many characters, as Python writes its JSON. */
const longestMetadata = 1_000;

/** The user's metadata, and what our receiver needs; only the latter where both are too long. */
function metadataFor({ id, metadata }: HandOffOrder['bot'], handOffId: string): Record<string, string> {
  const own = { kalends_bot_id: id, kalends_hand_off_id: handOffId };
  const all = { ...metadata, ...own };
  const text = JSON.stringify(all).replace(/[^\x20-\x7e]/g, String.raw`\u0000`);
  return text.length + 2 * Object.keys(all).length < longestMetadata ? all : own;
}

async function start(deps: AttendeeRunnerDeps, call: Call, order: HandOffOrder): Promise<string> {
  const { bot, handOff } = order;
  const created = await call('POST', '', {
    meeting_url: bot.meeting_url,
    // Without `join_at` it joins at once.
    ...(!isDue(deps, order) && { join_at: formatTimestamp(bot.join_at) }),
    bot_name: bot.bot_name,
    ...bot.settings,
    metadata: metadataFor(bot, handOff.id),
    deduplication_key: handOff.id,
  });
  if (created.status < 300) return botSchema.parse(created.body).id;
  const found = created.status === 400 ? await findRemote(call, handOff.id) : undefined;
  if (found === undefined) throw refused(created);
  // It was created by a call whose answer was lost, perhaps for an earlier revision.
  if (!(await update(deps, call, found, order))) throw refused(created);
  return found;
}

/** The settings that the server lets be changed: of its scheduled bots, and never to null. */
function changeableSettings({ settings = {} }: HandOffOrder['bot']): object {
  const { bot_image, recording_settings } = settings;
  return { ...(bot_image != null && { bot_image }), ...(recording_settings != null && { recording_settings }) };
}

/** @returns false when a new bot must be created: the server has no such bot, or the bot ended before its meeting */
async function update(deps: AttendeeRunnerDeps, call: Call, id: string, order: HandOffOrder): Promise<boolean> {
  const { meeting_url, join_at, bot_name } = order.bot;
  const soonest = timestampOf(deps.clock.now() + botTimingMs.attendeeMargin);
  const at = formatTimestamp(join_at > soonest ? join_at : soonest);
  const metadata = metadataFor(order.bot, order.handOff.id);
  const changes = { meeting_url, join_at: at, bot_name, ...changeableSettings(order.bot), metadata };
  const answer = await call('PATCH', pathOf(id), changes);
  if (answer.status === 404) return false;
  if (answer.status < 300) return true;
  const remote = answer.status === 400 ? await readRemote(call, id) : undefined;
  if (remote && isOver(remote) && !isDue(deps, order)) return false;
  // A bot that is joining cannot be changed any more; none is needed when it joins the right meeting.
  if (remote && remote.state !== 'scheduled' && isOnItsWay(deps, remote, order)) return true;
  throw refused(answer);
}

async function cancel(call: Call, id: string): Promise<void> {
  const answer = await call('DELETE', pathOf(id));
  if (answer.status < 300 || answer.status === 404) return;
  // Only scheduled bots can be deleted there; one that is on its way has to leave.
  const left = answer.status === 400 ? await call('POST', `${pathOf(id)}/leave`) : answer;
  if (left.status < 300 || left.status === 404) return;
  const remote = left.status === 400 ? await readRemote(call, id) : undefined;
  if (!remote || !isOver(remote)) throw refused(left);
}

/** The bot of a hand-off; of several, the one that is not over. */
async function findRemote(call: Call, handOffId: string): Promise<string | undefined> {
  const answer = await call('GET', `?deduplication_key=${encodeURIComponent(handOffId)}`);
  if (answer.status >= 300) throw refused(answer);
  const { results } = listSchema.parse(answer.body);
  return (results.find((bot) => !isOver(bot)) ?? results[0])?.id;
}

async function readRemote(call: Call, id: string): Promise<RemoteBot | undefined> {
  const answer = await call('GET', pathOf(id));
  return answer.status < 300 ? botSchema.parse(answer.body) : undefined;
}

const pathOf = (id: string): string => `/${encodeURIComponent(id)}`;

const refused = ({ status }: Answer): RunnerError => new RunnerError(`attendee_answered_${status}`);

const isDue = ({ clock }: AttendeeRunnerDeps, { bot }: HandOffOrder): boolean =>
  bot.join_at <= timestampOf(clock.now() + botTimingMs.attendeeMargin);

const isOver = ({ state }: RemoteBot): boolean => state !== undefined && isTerminalState(state);

function isOnItsWay(deps: AttendeeRunnerDeps, { meeting_url, join_at }: RemoteBot, order: HandOffOrder): boolean {
  const { bot } = order;
  const isTimely = isDue(deps, order) || (join_at != null && parseTimestamp(join_at) === bot.join_at);
  return isTimely && meeting_url != null && isSameMeeting(meeting_url, bot.meeting_url);
}

/** A server may spell the same link differently. */
function isSameMeeting(one: string, other: string): boolean {
  if (one === other) return true;
  const [meeting, same] = [classifyMeetingUrl(one), classifyMeetingUrl(other)];
  return meeting?.meetingId != null && meeting.meetingId === same?.meetingId && meeting.platform === same.platform;
}

async function createCall(
  { request, envelope, userAgent }: AttendeeRunnerDeps,
  { bot, settings: { attendee } }: HandOffOrder,
  ended: AbortSignal,
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
    const { status, text, error } = await request(method, url, headers, bytes, ended);
    if (status === null) throw new RunnerError(noAnswer('attendee', error));
    return { status, body: parse(text) };
  };
}

/** @returns undefined when the text is not JSON */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
