import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerWithFault, type WireAnswer } from '../answer-with-fault.ts';
import { takeFault } from '../fault-rules.ts';
import { readBody } from '../read-body.ts';
import type { RecordedRequest } from '../request-log.ts';
import { answerRequest } from './answer-request.ts';
import type { ControlSurface } from './control-surface.ts';
import { GoogleError } from './google-error.ts';
import { pageNumber } from './list-events.ts';
import type { PushChannels } from './push-channels.ts';
import { createRequestQuota } from './request-quota.ts';
import { type GoogleRequestKind, type Route, routeRequest } from './route-request.ts';
import { sendAnswer } from './send-answer.ts';
import type { SimulatorState } from './simulator-state.ts';
import { identifyBearer, tokenOf } from './token-endpoint.ts';

/** Runs the work and turns a thrown GoogleError into an answer. Any other error is a bug of the simulator. */
async function complete(work: () => Promise<WireAnswer>): Promise<WireAnswer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GoogleError) return error;
    return { status: 500, body: { error: { code: 500, message: `Simulator failure: ${String(error)}` } } };
  }
}

/** The request handler of the simulator: routes, records, applies faults, answers. `closing` ends waiting faults. */
export function createRequestHandler(
  state: SimulatorState,
  push: PushChannels,
  control: ControlSurface,
  closing: AbortSignal,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const refuseBeyondQuota = createRequestQuota(state.now);

  const serve = async (request: IncomingMessage, response: ServerResponse, url: URL, body: string) => {
    const method = request.method ?? 'GET';
    let route: Route = { kind: 'unknown', calendarId: undefined, eventId: undefined };
    const routed = await complete(async () => {
      route = routeRequest(method, url);
      return { status: 200 };
    });
    const account = identifyBearer(state, request.headers.authorization);
    const primary = [...(account?.calendars.values() ?? [])].find((entry) => entry.primary)?.calendarId;
    const form = route.kind === 'token' ? new URLSearchParams(body) : undefined;
    const refreshToken = form?.get('refresh_token');
    const owner = refreshToken
      ? [...state.accounts.values()].find((one) => one.refreshToken === refreshToken)
      : undefined;
    const record: RecordedRequest<GoogleRequestKind> = {
      at: state.now(),
      method,
      path: url.pathname,
      query: Object.fromEntries(
        [...new Set(url.searchParams.keys())].map((name) => [name, url.searchParams.getAll(name).join(',')]),
      ),
      kind: route.kind,
      page: pageNumber(state, url.searchParams.get('pageToken')),
      account: account?.email ?? owner?.email,
      calendarId: route.calendarId === 'primary' ? (primary ?? 'primary') : route.calendarId,
      status: 0,
    };
    state.requests.add(record);
    const work = async () => {
      const { quota } = state.switches;
      if (quota && account && url.pathname.startsWith('/calendar/')) {
        const delegated = tokenOf(state, request.headers.authorization)?.delegated;
        const refusal = refuseBeyondQuota(delegated?.organization.projectId ?? account.clientId, account.email, quota);
        if (refusal) throw refusal;
      }
      if (routed.status !== 200) throw new GoogleError(routed.status, routed.body);
      const contentType = request.headers['content-type'] ?? '';
      const baseUrl = `http://${request.headers.host ?? 'localhost'}`;
      return answerRequest(state, push, {
        method,
        route,
        query: url.searchParams,
        contentType,
        body,
        baseUrl,
        account,
      });
    };
    const fault = takeFault(state.faults, record);
    // An aborted wait means close(): the connection is dropped below like any other.
    if (fault?.delayMs !== undefined) await sleep(fault.delayMs, undefined, { signal: closing }).catch(() => undefined);
    const answer = fault === undefined ? await complete(work) : await answerWithFault(fault, () => complete(work));
    if (answer === undefined || closing.aborted) {
      response.destroy();
      return;
    }
    record.status = answer.status;
    await sendAnswer(request, response, answer);
  };

  return async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://simulator');
    const isControl = url.pathname.startsWith('/_sim/');
    const body = await readBody(request);
    if (body === undefined) {
      return sendAnswer(request, response, {
        status: 413,
        body: { error: { code: 413, message: 'Request Too Large' } },
      });
    }
    if (isControl) return sendAnswer(request, response, control.answer(request.method ?? 'GET', url, body));
    return serve(request, response, url, body);
  };
}
