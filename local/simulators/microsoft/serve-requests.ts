import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerWithFault, type WireAnswer } from '../answer-with-fault.ts';
import { takeFault } from '../fault-rules.ts';
import { readBody } from '../read-body.ts';
import type { RecordedRequest } from '../request-log.ts';
import { answerBatch, type Incoming } from './answer-batch.ts';
import { answerRequest, completeAnswer } from './answer-request.ts';
import { readRoundPage } from './calendar-view-delta.ts';
import { identifyCaller } from './check-access.ts';
import type { ControlSurface } from './control-surface.ts';
import { graphError } from './graph-error.ts';
import { createMailboxConcurrency, refuseConcurrent } from './mailbox-concurrency.ts';
import { createRequestQuota } from './request-quota.ts';
import { type MicrosoftRequestKind, type Route, routeRequest } from './route-request.ts';
import type { SimulatorState } from './simulator-state.ts';
import type { Subscriptions } from './subscriptions.ts';

/** Writes an answer. A truncated one is complete HTTP with half of its JSON. Resolves once it is flushed or lost. */
function sendAnswer(request: IncomingMessage, response: ServerResponse, answer: WireAnswer): Promise<void> {
  const { status, body, html } = answer;
  const text = html ?? (body === undefined ? '' : JSON.stringify(body));
  const bytes = Buffer.from(answer.truncate ? text.slice(0, Math.floor(text.length / 2)) : text);
  const clientRequestId = request.headers['client-request-id'];
  const headers: Record<string, string> = {
    'request-id': randomUUID(),
    ...(typeof clientRequestId === 'string' ? { 'client-request-id': clientRequestId } : {}),
    ...answer.headers,
  };
  if (text !== '') {
    headers['content-type'] =
      html === undefined ? 'application/json; odata.metadata=minimal; charset=utf-8' : 'text/html';
  }
  if (status !== 204) headers['content-length'] = String(bytes.length);
  return new Promise((resolve) => {
    response.on('close', resolve);
    response.writeHead(status, headers).end(bytes);
  });
}

/** The request handler of the simulator: routes, records, applies limits and faults, answers. `closing` ends waits. */
export function createRequestHandler(
  state: SimulatorState,
  subscriptions: Subscriptions,
  control: ControlSurface,
  closing: AbortSignal,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const concurrency = createMailboxConcurrency();
  const refuseBeyondQuota = createRequestQuota(state.now);

  const readRoute = (method: string, url: URL): { route: Route; page: number; failure: unknown } => {
    try {
      const route = routeRequest(method, url.pathname);
      if (route.kind !== 'list') return { route, page: 1, failure: undefined };
      const { page, isDelta } = readRoundPage(state, url.searchParams);
      return { route: { ...route, kind: isDelta ? 'delta' : 'list' }, page, failure: undefined };
    } catch (failure) {
      return { route: { kind: 'unknown' }, page: 1, failure };
    }
  };

  /** Whose mailbox a request is about: its path names it, its body, or the subscription. */
  const mailboxOf = (route: Route, body: string): string | undefined => {
    if (route.kind === 'subscribe') return /"resource"\s*:\s*"\/?users\/([^/"]+)/i.exec(body)?.[1];
    return route.user ?? subscriptions.all.get(route.id ?? '')?.account;
  };

  const answer = async (record: RecordedRequest<MicrosoftRequestKind>, work: () => Promise<WireAnswer>) => {
    const leave = concurrency.enter(state.accounts.get(record.account ?? ''), record.kind);
    if (leave === undefined) return completeAnswer(() => Promise.reject(refuseConcurrent(state)));
    try {
      const fault = takeFault(state.faults, record);
      // An aborted wait means close(): the connection is dropped like any other.
      if (fault?.delayMs !== undefined)
        await sleep(fault.delayMs, undefined, { signal: closing }).catch(() => undefined);
      return await (fault === undefined ? work() : answerWithFault(fault, work));
    } finally {
      leave();
    }
  };

  /** One request to Graph or the token endpoint. Those of a batch are recorded with it. */
  const work = async (incoming: Incoming, isRecorded: boolean): Promise<WireAnswer | undefined> => {
    const { method, url, headers, body } = incoming;
    const { route, page, failure } = readRoute(method, url);
    const caller = identifyCaller(state, headers.authorization, mailboxOf(route, body));
    const refreshToken = route.kind === 'token' ? new URLSearchParams(body).get('refresh_token') : null;
    const account = caller.account?.email ?? state.refreshTokens.get(refreshToken ?? '')?.email;
    const own = [...state.calendars.values()].find((one) => one.isDefault && one.account === account);
    const isOfCalendar = ['list', 'delta', 'view', 'event', 'instances', 'calendar'].includes(route.kind);
    const record: RecordedRequest<MicrosoftRequestKind> = {
      at: state.now(),
      method,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      kind: route.kind,
      page,
      account,
      calendarId: route.calendarId ?? (isOfCalendar ? own?.id : undefined),
      status: 0,
    };
    if (isRecorded) state.requests.add(record);
    const clientId = caller.application?.clientId ?? caller.account?.clientId;
    const { prefer, 'content-type': contentType = '', host = 'localhost' } = headers;
    const baseUrl = `http://${host}`;
    const given = await answer(record, () =>
      completeAnswer(async () => {
        const { quota } = state.switches;
        const refusal = quota && clientId ? refuseBeyondQuota(clientId, caller.account?.email, quota) : null;
        if (refusal) throw refusal;
        if (failure !== undefined) throw failure;
        if (route.kind === 'batch') return answerBatch(incoming, (one) => work(one, false));
        const call = { method, route, query: url.searchParams, contentType, prefer, body, baseUrl, caller };
        return answerRequest(state, subscriptions, { ...call, url: `${baseUrl}${url.pathname}` });
      }),
    );
    if (given !== undefined) record.status = given.status;
    return given;
  };

  const serve = async (request: IncomingMessage, response: ServerResponse, url: URL, body: string) => {
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
    );
    const given = await work({ method: request.method ?? 'GET', url, headers, body }, true);
    if (given === undefined || closing.aborted) {
      response.destroy();
      return;
    }
    await sendAnswer(request, response, given);
  };

  return async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://simulator');
    const body = await readBody(request);
    if (body === undefined) {
      const tooLarge = () => Promise.reject(graphError(413, 'RequestEntityTooLarge', 'The request is too large.'));
      return sendAnswer(request, response, await completeAnswer(tooLarge));
    }
    if (url.pathname.startsWith('/_sim/')) {
      return sendAnswer(request, response, control.answer(request.method ?? 'GET', url, body));
    }
    return serve(request, response, url, body);
  };
}
