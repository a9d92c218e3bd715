import type { IncomingMessage } from 'node:http';
import { Temporal } from 'temporal-polyfill';
import * as z from 'zod';
import { gatewayAnswer, type HttpAnswer } from './http-answer.ts';
import { splitTarget } from './http-event.ts';
import type { LocalControls } from './local-controls.ts';
import { LocalModeError } from './local-mode-error.ts';

const clockSchema = z.strictObject({ advance: z.string() });
const crashSchema = z.strictObject({ function: z.string(), after: z.number().int().min(1) });

const answerJson = (status: number, value: unknown): HttpAnswer => ({
  status,
  headers: [['content-type', 'application/json']],
  body: Buffer.from(JSON.stringify(value)),
});

const parseInput = <Schema extends z.ZodType>(schema: Schema, body: Buffer, example: string): z.output<Schema> => {
  try {
    return schema.parse(JSON.parse(body.toString('utf8')));
  } catch {
    throw new LocalModeError(`the body must look like ${example}`);
  }
};

/** Milliseconds of a positive ISO 8601 duration such as `PT25H` or `P3D`; a day has 24 hours. Throws otherwise. */
export const parseDuration = (text: string): number => {
  let milliseconds: number;
  try {
    const duration = Temporal.Duration.from(text);
    if (duration.years !== 0 || duration.months !== 0) throw new RangeError('years and months differ in length');
    milliseconds = duration.total({ unit: 'milliseconds', relativeTo: Temporal.PlainDate.from('2000-01-01') });
  } catch {
    throw new LocalModeError(`"${text}" is no ISO 8601 duration of weeks, days, hours, minutes or seconds`);
  }
  if (milliseconds < 0) throw new LocalModeError('the local clock only goes forward');
  return Math.round(milliseconds);
};

const handle = async (controls: LocalControls, route: string, body: Buffer): Promise<HttpAnswer> => {
  switch (route) {
    case 'POST /_local/clock': {
      const { advance } = parseInput(clockSchema, body, '{"advance":"PT25H"}');
      controls.advanceClock(parseDuration(advance));
      return answerJson(200, { now: new Date(controls.now()).toISOString() });
    }
    case 'POST /_local/tick':
      return answerJson(200, { rules: await controls.tick() });
    case 'POST /_local/crash': {
      const input = parseInput(crashSchema, body, '{"function":"sync-calendar","after":1} with a whole number ≥ 1');
      controls.crash(input.function, input.after);
      return answerJson(200, { function: input.function, after: input.after });
    }
    case 'GET /_local/state':
      return answerJson(200, await controls.state());
    default:
      return answerJson(404, { error: `no control ${route}` });
  }
};

/** Only this machine's own programs may control: a tunnel to the public address must not open these paths. */
const isFromThisMachine = (request: IncomingMessage): boolean =>
  /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(request.headers.host ?? '') &&
  request.headers['x-forwarded-for'] === undefined &&
  request.headers.origin === undefined;

/** Answers requests below `/_local/`; undefined for every other path. Bad input is 400 with the reason. */
export const answerControl = async (
  controls: LocalControls,
  request: IncomingMessage,
  body: Buffer,
): Promise<HttpAnswer | undefined> => {
  const { path } = splitTarget(request.url ?? '/');
  if (!path.startsWith('/_local/')) return undefined;
  if (!isFromThisMachine(request)) return gatewayAnswer(404, 'Not Found');
  try {
    return await handle(controls, `${request.method} ${path}`, body);
  } catch (error) {
    if (error instanceof LocalModeError) return answerJson(400, { error: error.message });
    throw error;
  }
};
