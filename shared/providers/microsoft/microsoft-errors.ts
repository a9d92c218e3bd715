import * as z from 'zod';
import type { FailureCode } from '../../calendars/calendar.ts';
import { ProviderError, type ProviderVerdict } from '../provider-error.ts';
import { type JsonAnswer, retryAfterMs } from '../request-json.ts';

const retry: ProviderVerdict = { kind: 'retry' };
const operator: ProviderVerdict = { kind: 'operator' };
const missing: ProviderVerdict = { kind: 'missing' };
const forbidden: ProviderVerdict = { kind: 'forbidden' };
const resync: ProviderVerdict = { kind: 'resync' };
const disconnect = (code: FailureCode): ProviderVerdict => ({ kind: 'disconnect', code });

/** Loop detection demands a pause of hours. */
const loopPauseMs = 2 * 3_600_000;

/**
 * Numbers of Entra's refusals (https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes). They are
 * more precise than `error`.
 */
const numbers = new Map<number, ProviderVerdict>(
  (
    [
      [disconnect('consent_missing'), [65001, 65004, 90094, 90008]],
      [disconnect('account_disabled'), [50057, 50034, 50020, 51004, 16000, 50105, 54000]],
      [disconnect('admin_blocked'), [53000, 53001, 53002, 53003, 53004, 530032, 50131, 50005, 53011]],
      [
        disconnect('authorization_revoked'),
        [
          50173, 700082, 70008, 70043, 700084, 70000, 50078, 50076, 50079, 50072, 50074, 50158, 50089, 50132, 50133,
          50085, 50055, 50144,
        ],
      ],
      [
        operator,
        [
          7000215, 7000222, 7000218, 70002, 700027, 700016, 70001, 7000112, 700011, 50194, 9002332, 90002, 500011,
          700025,
        ],
      ],
      [retry, [90033, 90024, 90006, 90012, 90055, 90090, 50033, 50087, 50088, 70012, 40010, 50000]],
      [{ kind: 'retry', retryAfterMs: loopPauseMs }, [50196]],
    ] as [ProviderVerdict, number[]][]
  ).flatMap(([verdict, codes]) => codes.map((code) => [code, verdict] as const)),
);

/** Verdicts by `error`, when the number is not in the table. */
const tokenErrors: Record<string, ProviderVerdict> = {
  invalid_grant: disconnect('authorization_revoked'),
  interaction_required: disconnect('authorization_revoked'),
  login_required: disconnect('authorization_revoked'),
  consent_required: disconnect('consent_missing'),
  invalid_client: operator,
  unauthorized_client: operator,
  invalid_scope: operator,
  invalid_resource: operator,
  unsupported_grant_type: operator,
  invalid_request: operator,
  temporarily_unavailable: retry,
  server_error: retry,
};

/** Graph's error codes, in lower case because their case varies (https://learn.microsoft.com/en-us/graph/errors). */
const graphCodes: Record<string, ProviderVerdict> = {
  syncstatenotfound: resync,
  syncstateinvalid: resync,
  errorinvalidsyncstatedata: resync,
  resyncrequired: resync,
  mailboxnotenabledforrestapi: disconnect('mailbox_unavailable'),
  mailboxnotsupportedforrestapi: disconnect('mailbox_unavailable'),
  errorinvalidmailboxitemid: missing,
  erroritemnotfound: missing,
  resourcenotfound: missing,
  erroraccessdenied: forbidden,
  authorization_requestdenied: disconnect('consent_missing'),
  insufficient_claims: disconnect('authorization_revoked'),
  errormailboxmoveinprogress: retry,
  errormailboxstoreunavailable: retry,
  errorinternalservertransienterror: retry,
  errorinternalservererror: retry,
  errorserverbusy: retry,
  errortimeoutexpired: retry,
  applicationthrottled: retry,
  toomanyrequests: retry,
  mailboxconcurrency: retry,
};

const statuses: Record<number, ProviderVerdict> = {
  401: { kind: 'unauthorized' },
  403: forbidden,
  404: missing,
  409: retry,
  410: resync,
  423: retry,
};

const tokenErrorSchema = z.object({
  error: z.string(),
  error_description: z.string().optional(),
  error_codes: z.array(z.number()).catch([]),
});

/** @param status of the token endpoint's answer @param body its parsed JSON, if it was JSON */
export function microsoftTokenError(status: number | undefined, body: unknown, retryAfter?: number): ProviderError {
  const parsed = tokenErrorSchema.safeParse(body);
  const transient = status === undefined || status === 429 || status >= 500 || !parsed.success;
  if (transient) return new ProviderError(retryIn(retryAfter), `token_${status ?? 'network'}`, 'token endpoint failed');
  const { error, error_description: description = error, error_codes: codes } = parsed.data;
  const number = codes[0] ?? Number(/^AADSTS(\d+)/.exec(description)?.[1]);
  const providerCode = Number.isFinite(number) ? `AADSTS${number}` : error;
  // The other lines are trace ids.
  const message = description.split(/[\r\n]|Trace ID:/)[0]?.trim() ?? error;
  return new ProviderError(numbers.get(number) ?? tokenErrors[error] ?? retry, providerCode, message);
}

interface GraphFault {
  code: string;
  message: string;
  innerError?: GraphFault | undefined;
  innererror?: GraphFault | undefined;
}
const faultSchema: z.ZodType<GraphFault> = z.lazy(() =>
  z.object({
    code: z.string().catch(''),
    message: z.string().catch(''),
    innerError: faultSchema.optional().catch(undefined),
    innererror: faultSchema.optional().catch(undefined),
  }),
);

/** @param now milliseconds since the epoch */
export function microsoftGraphError({ status, headers, body }: JsonAnswer, now: number): ProviderError {
  const fault = z.object({ error: faultSchema }).safeParse(body).data?.error;
  const codes: string[] = [];
  for (let one = fault; one; one = one.innerError ?? one.innererror) if (one.code) codes.push(one.code);
  const code = codes[0] ?? `http_${status}`;
  const fail = (verdict: ProviderVerdict): ProviderError => new ProviderError(verdict, code, fault?.message || code);

  const known = codes.map((one) => graphCodes[one.toLowerCase()]).find((verdict) => verdict !== undefined);
  const passing = status === 429 || status >= 500 || known?.kind === 'retry';
  if (passing) return fail(retryIn(retryAfterMs(headers, now)));
  if (/sync ?state generation is not found/i.test(fault?.message ?? '')) return fail(resync);
  // Continuous access evaluation: the token was revoked early. Only a new sign-in of the user helps.
  if (status === 401 && /claims=/.test(headers.get('www-authenticate') ?? '')) return fail({ kind: 'unauthorized' });
  return fail(known ?? statuses[status] ?? operator);
}

const retryIn = (ms: number | undefined): ProviderVerdict =>
  ms === undefined ? retry : { kind: 'retry', retryAfterMs: ms };
