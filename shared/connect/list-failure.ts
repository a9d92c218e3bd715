import type { FailureCode } from '../calendars/calendar.ts';
import type { ProviderError } from '../providers/provider-error.ts';
import type { ConnectError } from './connect-session.ts';

const byCode: Record<FailureCode, ConnectError> = {
  authorization_revoked: 'code_refused',
  consent_missing: 'missing_scope',
  account_disabled: 'no_calendar',
  admin_blocked: 'admin_approval_required',
  mailbox_unavailable: 'no_calendar',
  calendar_not_found: 'no_calendar',
};

/** Why a user who has consented is not shown a list of calendars. */
export function listFailure({ verdict }: Pick<ProviderError, 'verdict'>): ConnectError {
  switch (verdict.kind) {
    case 'disconnect':
    case 'tenant_refused':
      return byCode[verdict.code];
    case 'operator':
      return 'client_refused';
    case 'refused':
      return byCode[verdict.suspected ?? 'consent_missing'];
    // A user may take longer to choose than the access token lives.
    case 'unauthorized':
      return byCode[verdict.suspected ?? 'authorization_revoked'];
    case 'missing':
      return byCode[verdict.suspected ?? 'mailbox_unavailable'];
    default:
      return 'provider_unavailable';
  }
}
