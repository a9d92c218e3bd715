import type { IncomingMessage } from 'node:http';
import { Temporal } from 'temporal-polyfill';
import * as z from 'zod';
import { splitTarget } from './build-http-event.ts';
import type { LocalControls } from './local-controls.ts';
import { LocalError } from './local-error.ts';
import { gatewayAnswer, type HttpAnswer } from './read-function-answer.ts';

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
    throw new LocalError(`the body must look like ${example}`);
  }
};

/** Converts a positive ISO 8601 duration (`PT25H`, `P3D`) to milliseconds; a day has 24 hours. Throws a LocalError. */
export const parseDuration = (text: string): number => {
  let milliseconds: number;
  try {
    const duration = Temporal.Duration.from(text);
    if (duration.years !== 0 || duration.months !== 0) throw new RangeError('years and months differ in length');
    milliseconds = duration.total({ unit: 'milliseconds', relativeTo: Temporal.PlainDate.from('2000-01-01') });
  } catch {
    throw new LocalError(`"${text}" is no ISO 8601 duration of weeks, days, hours, minutes or seconds`);
  }
  if (milliseconds < 0) throw new LocalError('the local clock only goes forward');
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
      const input = parseInput(crashSchema, body, '{"function":"name","after":1} with a whole number ≥ 1');
      controls.crash(input.function, input.after);
      return answerJson(200, { function: input.function, after: input.after });
    }
    case 'GET /_local/state':
      return answerJson(200, await controls.state());
    default:
      return answerJson(404, { error: `no control ${route}` });
  }
};

/** Only programs on this machine may use the controls. A tunnel that makes the API public must not open these paths. */
const isFromThisMachine = (request: IncomingMessage): boolean =>
  /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(request.headers.host ?? '') &&
  request.headers['x-forwarded-for'] === undefined &&
  request.headers.origin === undefined;

/** Answers a request below `/_local/`: 400 with the reason for bad input. Returns undefined for every other path. */
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
    if (error instanceof LocalError) return answerJson(400, { error: error.message });
    throw error;
  }
};
