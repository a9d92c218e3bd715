import { request } from 'node:http';
import { request as secureRequest } from 'node:https';

/** One notification to send; `about` describes it in the record of its attempts. */
type PushMessage<About> = { address: string; headers: Record<string, string>; body?: string; about: About };

/** One delivery attempt; `status` is undefined when the receiver did not answer. */
export type PushAttempt<About> = About & { attempt: number; status?: number };

export type PushSender<About> = {
  /** Sends and retries in the background. Resolves after the first attempt; never rejects. */
  deliver(message: PushMessage<About>, delayMs: number): Promise<void>;
  attempts: PushAttempt<About>[];
  /** Resolves once nothing is queued, waiting or in flight. */
  idle(): Promise<void>;
  close(): Promise<void>;
};

export type PushSettings = {
  /** First pause before a retry; each further one is twice as long. */
  retryBaseMs: number;
  maxAttempts: number;
  timeoutMs: number;
};

const MAX_IN_FLIGHT = 64;
/** Beyond this many waiting messages further ones are lost, as no provider promises delivery either. */
const MAX_WAITING = 20_000;
const MAX_ATTEMPTS_KEPT = 50_000;

/** Posts one message and returns the answer's status, undefined without an answer. */
function post(message: PushMessage<unknown>, timeoutMs: number, signal: AbortSignal): Promise<number | undefined> {
  return new Promise((resolve) => {
    const send = message.address.startsWith('https:') ? secureRequest : request;
    const body = Buffer.from(message.body ?? '');
    const headers = { ...message.headers, 'content-length': String(body.length), accept: '*/*' };
    const options = { method: 'POST', headers, signal, timeout: timeoutMs, agent: false };
    const outgoing = send(message.address, options, (answer) => {
      answer.resume();
      answer.on('close', () => resolve(answer.statusCode));
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')));
    outgoing.on('error', () => resolve(undefined));
    outgoing.end(body);
  });
}

/**
 * Delivers notifications asynchronously with bounded concurrency; `close` ends every timer and connection.
 * `isRetried` says which answers (undefined: none) lead to another attempt.
 */
export function createPushSender<About extends object>(
  settings: PushSettings,
  isRetried: (status: number | undefined) => boolean,
): PushSender<About> {
  const attempts: PushAttempt<About>[] = [];
  const closing = new AbortController();
  const waiting: (() => void)[] = [];
  const running = new Set<Promise<void>>();
  let inFlight = 0;

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      if (ms <= 0 || closing.signal.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        closing.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      closing.signal.addEventListener('abort', done);
    });

  const acquire = async () => {
    if (inFlight >= MAX_IN_FLIGHT) await new Promise<void>((resolve) => waiting.push(resolve));
    else inFlight += 1;
  };
  const release = () => {
    // The next notification in the queue takes the place directly, so that no later one overtakes it.
    const next = waiting.shift();
    if (next === undefined) inFlight -= 1;
    else next();
  };

  const run = async (message: PushMessage<About>, delayMs: number, attempted: () => void) => {
    await pause(delayMs);
    for (let attempt = 1; attempt <= settings.maxAttempts; attempt++) {
      await acquire();
      const status = closing.signal.aborted ? undefined : await post(message, settings.timeoutMs, closing.signal);
      release();
      if (closing.signal.aborted) return;
      if (attempts.length >= MAX_ATTEMPTS_KEPT) attempts.splice(0, MAX_ATTEMPTS_KEPT / 10);
      attempts.push({ ...message.about, attempt, ...(status === undefined ? {} : { status }) });
      attempted();
      if (!isRetried(status)) return;
      if (attempt < settings.maxAttempts) await pause(settings.retryBaseMs * 2 ** (attempt - 1));
    }
  };

  return {
    attempts,
    deliver(message, delayMs) {
      if (closing.signal.aborted || running.size >= MAX_WAITING) return Promise.resolve();
      return new Promise((resolve) => {
        const delivery = run(message, delayMs, resolve).finally(() => {
          running.delete(delivery);
          resolve();
        });
        running.add(delivery);
      });
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
    async close() {
      closing.abort();
      await Promise.all(running);
    },
  };
}
