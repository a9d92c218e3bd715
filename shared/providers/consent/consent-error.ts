import type { ConsentFailure } from './consent-provider.ts';

/** Numbers of Microsoft's errors that only an administrator can cure. */
const adminNumbers = new Set(['90094', '900941', '900951', '90095', '65001', '50105', '53003', '530032', '50020']);
/** Microsoft's number for a user who declined. Its error may be `consent_required`, too. */
const userDeclined = '65004';

const adminErrors = new Set(['admin_policy_enforced', 'consent_required', 'org_internal']);
const clientErrors = new Set([
  'invalid_client',
  'unauthorized_client',
  'deleted_client',
  'disabled_client',
  'redirect_uri_mismatch',
  'invalid_scope',
  'unsupported_response_type',
]);
const passingErrors = new Set(['server_error', 'temporarily_unavailable']);

/**
 * What an error of the authorization or token endpoint means.
 *
 * @param description of the error: Microsoft states its number in it
 */
export function readConsentError(error: string, description = ''): ConsentFailure {
  const [, number = ''] = /AADSTS(\d+)/.exec(description) ?? [];
  if (number === userDeclined) return 'access_denied';
  if (adminNumbers.has(number) || adminErrors.has(error)) return 'admin_approval_required';
  if (error === 'access_denied') return 'access_denied';
  if (clientErrors.has(error)) return 'client_refused';
  return passingErrors.has(error) ? 'provider_unavailable' : 'code_refused';
}
