import type { FailureCode, Platform } from '../calendars/calendar.ts';
import { ProviderError, type ProviderVerdict } from '../providers/provider-error.ts';
import type { MailboxFailureCode, OrganizationErrorCode } from './organization.ts';

/** What a refusal means for a connection. */
export type Assessment =
  /** It is about the whole organization: an administrator or the operator has to do something. */
  | { about: 'organization'; code: OrganizationErrorCode }
  /** It is about one mailbox, unless no mailbox of the organization is accepted. */
  | { about: 'mailbox'; code: MailboxFailureCode; otherwise?: OrganizationErrorCode }
  /** A quota is used up. It proves nothing. */
  | { about: 'quota'; retryAfterMs: number }
  /** It passes. */
  | { about: 'time'; retryAfterMs: number };

/** The words of token endpoints for the whole organization. Every other word that is refused is about the key. */
const organizationWords: Record<string, OrganizationErrorCode> = {
  unauthorized_client: 'delegation_missing',
  access_denied: 'delegation_missing',
  AADSTS65001: 'consent_missing',
  AADSTS700016: 'consent_missing',
  AADSTS7000112: 'consent_missing',
  AADSTS90002: 'tenant_not_found',
};

/** @param platform of the connection */
export function assessRefusal({ verdict, providerCode }: ProviderError, platform: Platform): Assessment {
  switch (verdict.kind) {
    case 'operator':
      if (verdict.error === 'api_not_enabled') return { about: 'organization', code: 'api_not_enabled' };
      return assessKey(providerCode);
    case 'tenant_refused':
      return { about: 'organization', code: 'consent_missing' };
    case 'quota':
      return { about: 'quota', retryAfterMs: verdict.retryAfterMs ?? 0 };
    case 'retry':
      return { about: 'time', retryAfterMs: verdict.retryAfterMs ?? 0 };
    case 'disconnect':
      return assessUser(verdict.code, platform);
    case 'missing':
      return { about: 'mailbox', code: 'mailbox_unavailable' };
    case 'refused':
    case 'unauthorized':
      return verdict.suspected === 'mailbox_unavailable'
        ? { about: 'mailbox', code: 'mailbox_unavailable' }
        : { about: 'mailbox', code: 'refused', otherwise: permissionOf(platform) };
    case 'rejected':
    case 'resync':
    case 'too_large':
    case 'push_unsupported':
      return { about: 'mailbox', code: 'refused' };
  }
}

function assessKey(providerCode: string): Assessment {
  const code = organizationWords[providerCode] ?? 'key_refused';
  // A user of another domain, which has delegated nothing, is refused in the same words.
  return code === 'delegation_missing'
    ? { about: 'mailbox', code: 'refused', otherwise: code }
    : { about: 'organization', code };
}

function assessUser(code: FailureCode, platform: Platform): Assessment {
  switch (code) {
    case 'account_disabled':
    case 'mailbox_unavailable':
    case 'admin_blocked':
      return { about: 'mailbox', code };
    case 'calendar_not_found':
      return { about: 'mailbox', code: 'mailbox_unavailable' };
    case 'consent_missing':
    case 'authorization_revoked':
      return { about: 'mailbox', code: 'refused', otherwise: permissionOf(platform) };
  }
}

const permissionOf = (platform: Platform): OrganizationErrorCode =>
  platform === 'google' ? 'delegation_missing' : 'consent_missing';

/** What a refusal of the directory means: every one is about the whole organization. */
export function assessDirectory(
  error: ProviderError,
  platform: Platform,
): Exclude<Assessment, { about: 'mailbox' }> | { about: 'link' } {
  const { kind } = error.verdict;
  if (kind === 'resync') return { about: 'link' };
  if (kind === 'missing') return { about: 'organization', code: 'group_not_found' };
  const assessed = assessRefusal(error, platform);
  if (assessed.about !== 'mailbox') return assessed;
  const isPermission = kind === 'operator' || (kind === 'disconnect' && error.verdict.code === 'consent_missing');
  const code = isPermission && assessed.otherwise ? assessed.otherwise : 'directory_refused';
  return { about: 'organization', code };
}

/** Losses that are not the user's doing, because the user has granted nothing. */
const grantCodes = new Set<FailureCode | undefined>(['consent_missing', 'authorization_revoked']);

/**
 * A failure of a calendar that an organization has connected. Missing permissions are the operator's matter: they disconnect
 * no calendar. What the provider says of the one user stays as it is.
 */
export function asOrganizationFailure(error: unknown): unknown {
  if (!(error instanceof ProviderError)) return error;
  const { verdict, providerCode, message } = error;
  const refused: ProviderVerdict = { kind: 'operator', error: 'client_refused' };
  const isGrant =
    verdict.kind === 'tenant_refused' ||
    (verdict.kind === 'disconnect' && grantCodes.has(verdict.code)) ||
    ((verdict.kind === 'refused' || verdict.kind === 'unauthorized') && grantCodes.has(verdict.suspected));
  return isGrant ? new ProviderError(refused, providerCode, message, { cause: error }) : error;
}
