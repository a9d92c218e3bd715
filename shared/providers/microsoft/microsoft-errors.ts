import * as z from 'zod';
import type { FailureCode } from '../../calendars/calendar.ts';
import { ProviderError, type ProviderVerdict } from '../provider-error.ts';
import {
  type FailedAnswer,
  lookUp,
  passingVerdict,
  unknownVerdict,
  unreadableVerdict,
  withPause,
} from '../read-refusal.ts';

const passing: ProviderVerdict = { kind: 'retry', error: 'provider_unavailable' };
const quota: ProviderVerdict = { kind: 'quota' };
const clientRefused: ProviderVerdict = { kind: 'operator', error: 'client_refused' };
const missing: ProviderVerdict = { kind: 'missing' };
const resync: ProviderVerdict = { kind: 'resync' };
const disconnect = (code: FailureCode): ProviderVerdict => ({ kind: 'disconnect', code });
const tenantRefused = (code: FailureCode): ProviderVerdict => ({ kind: 'tenant_refused', code });

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
      [disconnect('account_disabled'), [50057, 50034, 500341, 50020, 90072, 51004, 16000, 54000, 500571]],
      [disconnect('admin_blocked'), [50105, 53000, 53001, 53002, 53003, 53004, 530032, 50131, 50005, 53011, 650052]],
      [
        disconnect('authorization_revoked'),
        [
          50173, 700082, 70008, 70043, 700084, 70000, 50078, 50076, 50079, 50072, 50074, 50158, 50089, 50132, 50133,
          50085, 50055, 50144,
        ],
      ],
      // The app is unknown or disabled in the user's tenant (https://github.com/MicrosoftDocs/azure-docs/issues/28469).
      [tenantRefused('admin_blocked'), [700016, 7000112]],
      // The tenant is gone, or blocked because it was not used.
      [tenantRefused('account_disabled'), [90002, 5000225]],
      [clientRefused, [7000215, 7000222, 7000218, 70002, 700027, 70001, 700011, 50194, 9002332, 500011, 700025]],
      [passing, [90033, 90024, 90006, 90012, 90055, 90090, 50033, 50087, 50088, 70012, 40010, 50000]],
      [{ kind: 'quota', retryAfterMs: loopPauseMs }, [50196]],
    ] as [ProviderVerdict, number[]][]
  ).flatMap(([verdict, codes]) => codes.map((code) => [code, verdict] as const)),
);

/** Verdicts by `error`, when the number is not in the table. An error that is not listed is refused: it proves nothing. */
const tokenErrors: Record<string, ProviderVerdict> = {
  invalid_grant: disconnect('authorization_revoked'),
  interaction_required: disconnect('authorization_revoked'),
  login_required: disconnect('authorization_revoked'),
  consent_required: disconnect('consent_missing'),
  invalid_client: clientRefused,
  unauthorized_client: clientRefused,
  invalid_scope: clientRefused,
  invalid_resource: clientRefused,
  unsupported_grant_type: clientRefused,
  invalid_request: clientRefused,
  temporarily_unavailable: passing,
  server_error: passing,
};

/** Graph's error codes, in lower case because their case varies (https://learn.microsoft.com/en-us/graph/errors). */
const graphCodes: Record<string, ProviderVerdict> = {
  syncstatenotfound: resync,
  syncstateinvalid: resync,
  errorinvalidsyncstatedata: resync,
  resyncrequired: resync,
  // https://github.com/microsoftgraph/microsoft-graph-docs/issues/17826
  mailboxnotenabledforrestapi: disconnect('mailbox_unavailable'),
  mailboxnotsupportedforrestapi: disconnect('mailbox_unavailable'),
  // https://github.com/GAM-team/GAM/issues/806
  erroraccountsuspend: disconnect('account_disabled'),
  erroraccountsuspended: disconnect('account_disabled'),
  errornonexistentmailbox: { kind: 'missing', suspected: 'mailbox_unavailable' },
  errorinvaliduser: { kind: 'missing', suspected: 'mailbox_unavailable' },
  errorinvalidmailboxitemid: missing,
  erroritemnotfound: missing,
  resourcenotfound: missing,
  // One calendar, or the whole account: the calendar list shows which.
  erroraccessdenied: { kind: 'refused', suspected: 'consent_missing' },
  authorization_requestdenied: disconnect('consent_missing'),
  insufficient_claims: disconnect('authorization_revoked'),
  authommissingrequiredpermissions: { kind: 'unauthorized', suspected: 'consent_missing' },
  errormailboxmoveinprogress: passing,
  errormailboxstoreunavailable: passing,
  errorinternalservertransienterror: passing,
  errorinternalservererror: passing,
  errorserverbusy: passing,
  errortimeoutexpired: passing,
  applicationthrottled: quota,
  toomanyrequests: quota,
  mailboxconcurrency: quota,
  errorquotaexceeded: quota,
  errormessagesizeexceeded: { kind: 'too_large' },
};

/** A policy of the tenant's administrator. Its code is the one of every denied access. */
const adminPolicy = /\[RAOP\]|AccessPolicy/i;

const tokenErrorSchema = z.object({
  error: z.string(),
  error_description: z.string().optional().catch(undefined),
  error_codes: z.array(z.number()).catch([]),
  suberror: z.string().optional().catch(undefined),
});

/** @param answer of the token endpoint, undefined when none came @param now milliseconds since the epoch */
export function microsoftTokenError(answer: FailedAnswer | undefined, now: number): ProviderError {
  const fail = (verdict: ProviderVerdict): ProviderError =>
    new ProviderError(verdict, `token_${answer?.status ?? 'network'}`, 'the token endpoint failed');
  if (!answer) return fail(passing);
  const byStatus = passingVerdict(answer, now);
  if (byStatus) return fail(byStatus);
  const parsed = tokenErrorSchema.safeParse(answer.body);
  if (!parsed.success) return fail({ kind: 'retry', error: 'answer_unreadable' });
  const { error, error_description: description = error, error_codes: codes, suberror = '' } = parsed.data;
  const number = codes[0] ?? Number(/^AADSTS(\d+)/.exec(description)?.[1]);
  const providerCode = Number.isFinite(number) ? `AADSTS${number}` : error;
  // The other lines are trace ids.
  const message = description.split(/[\r\n]|Trace ID:/)[0]?.trim() ?? error;
  const verdict: ProviderVerdict = numbers.get(number) ??
    lookUp(tokenErrors, suberror) ??
    lookUp(tokenErrors, error) ?? { kind: 'refused' };
  return new ProviderError(withPause(verdict, answer, now), providerCode, message);
}

const text = z.string().catch('');
const inner = z.unknown().optional();
const faultSchema = z.object({ code: text, message: text, innerError: inner, innererror: inner });
const bodySchema = z.object({ error: faultSchema });

/** Graph has two or three errors in each other. */
const deepestFault = 10;

/** The error that Graph names, and its codes, the outer one first. */
function readFault(body: unknown): { fault: z.output<typeof faultSchema> | undefined; codes: string[] } {
  const fault = bodySchema.safeParse(body).data?.error;
  const codes: string[] = [];
  let one = fault;
  for (let depth = 0; one && depth < deepestFault; depth += 1) {
    if (one.code) codes.push(one.code);
    one = faultSchema.safeParse(one.innerError ?? one.innererror).data;
  }
  return { fault, codes };
}

const verdictOfCodes = (codes: string[]): ProviderVerdict | undefined =>
  codes.map((one) => lookUp(graphCodes, one.toLowerCase())).find((verdict) => verdict !== undefined);

/** Does an answer say, in Graph's words, that an event does not exist? Not if it may be about the whole mailbox. */
export function isAbsent({ status, body }: Pick<FailedAnswer, 'status' | 'body'>): boolean {
  const { codes } = readFault(body);
  const known = verdictOfCodes(codes);
  const isAboutEvent = known === undefined || (known.kind === 'missing' && known.suspected === undefined);
  return (status === 404 || status === 410) && codes.length > 0 && !codes.includes('UnknownError') && isAboutEvent;
}

/** @param now milliseconds since the epoch */
export function microsoftGraphError(answer: FailedAnswer, now: number): ProviderError {
  const { status, body } = answer;
  const { fault, codes } = readFault(body);
  const code = codes[0] ?? `http_${status}`;
  const fail = (verdict: ProviderVerdict): ProviderError => new ProviderError(verdict, code, fault?.message || code);

  const byStatus = passingVerdict(answer, now);
  if (byStatus) return fail(byStatus);
  // JSON of another shape is not Graph's.
  if (!fault && body !== null) return fail(unreadableVerdict(answer, now));
  if (status === 410 || /sync ?state generation is not found/i.test(fault?.message ?? '')) return fail(resync);
  if (status === 403 && adminPolicy.test(fault?.message ?? '')) return fail(disconnect('admin_blocked'));
  const known = verdictOfCodes(codes);
  return fail(known ? withPause(known, answer, now) : unknownVerdict(status));
}
