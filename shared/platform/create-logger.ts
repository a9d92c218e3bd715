import type { Context } from 'aws-lambda';

type LogFields = Readonly<Record<string, unknown>>;

/** JSON lines to standard output. Never give it a token, secret, title, attendee or body. */
export interface Logger {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The lines that follow belong to this invocation. */
  addContext(context: Pick<Context, 'awsRequestId'>): void;
}

/**
 * The fields of a line are `level`, `message`, `timestamp`, `service`, of an invocation `cold_start` and
 * `function_request_id`, with tracing `xray_trace_id`, and those that are given: metric filters and the queries of
 * docs/runbook.md use them. A given field that is undefined, null or empty is left out.
 */
export function createLogger(
  write: (line: string) => void = (line) => process.stdout.write(line),
  env: Readonly<Record<string, string | undefined>> = process.env,
): Logger {
  let invocation: { cold_start: boolean; function_request_id: string } | undefined;
  const log =
    (level: 'INFO' | 'WARN' | 'ERROR') =>
    (message: string, fields: LogFields = {}): void => {
      const head = {
        level,
        message,
        timestamp: new Date().toISOString(),
        service: env['SERVICE_NAME'],
        ...invocation,
        xray_trace_id: /Root=([^;]+)/.exec(env['_X_AMZN_TRACE_ID'] ?? '')?.[1],
      };
      // A given field never replaces one of these.
      const filled = Object.entries({ ...head, ...fields, ...head }).filter(([, value]) => !isEmpty(value));
      write(`${JSON.stringify(Object.fromEntries(filled), createReplacer())}\n`);
    };
  return {
    info: log('INFO'),
    warn: log('WARN'),
    error: log('ERROR'),
    addContext: ({ awsRequestId }) => {
      invocation = { cold_start: invocation === undefined, function_request_id: awsRequestId };
    },
  };
}

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';

/**
 * Shows what JSON does not have: of an error its name, text, stack, cause and the properties that its class adds, of a
 * large integer its digits, of an object that contains itself nothing.
 */
function createReplacer() {
  const ancestors: unknown[] = [];
  return function replace(this: unknown, _name: string, given: unknown): unknown {
    if (typeof given === 'bigint') return String(given);
    const value = given instanceof Error ? showError(given) : given;
    if (typeof value !== 'object' || value === null) return value;
    while (ancestors.length > 0 && ancestors.at(-1) !== this) ancestors.pop();
    if (ancestors.includes(value)) return undefined;
    ancestors.push(value);
    return value;
  };
}

const showError = (error: Error): object => {
  const { name, message, stack, cause } = error;
  return { ...Object.fromEntries(Object.entries(error)), name, message, stack, cause };
};
