import type { ProviderError } from '../providers/provider-error.ts';

/** So many failures of a sync token in a row, of any kind, and the window is listed instead. */
const failuresBelieved = 3;

/**
 * What a failed delta or listing says of its sync token. `access`: nothing, it is about the access. `dead`: the token is
 * not accepted any more. `doubtful`: it may be the token.
 */
export type TokenDoubt = 'access' | 'dead' | 'doubtful';

export function judgeToken({ verdict, providerCode }: ProviderError): TokenDoubt {
  switch (verdict.kind) {
    case 'disconnect':
    case 'operator':
    case 'tenant_refused':
    case 'unauthorized':
      return 'access';
    case 'quota':
      return verdict.retryAfterMs === undefined ? 'doubtful' : 'access';
    case 'resync':
    case 'missing':
    case 'rejected':
      return 'dead';
    case 'retry':
      return isEndless({ providerCode }) ? 'dead' : 'doubtful';
    case 'refused':
    case 'too_large':
    case 'push_unsupported':
      return 'doubtful';
  }
}

/** The pages of the answer never end. Another try would be as long. */
const isEndless = ({ providerCode }: Pick<ProviderError, 'providerCode'>): boolean => providerCode === 'endless_paging';

/** Is it believed that reading with change tracking fails for good? @param failures in a row */
export const isLasting = (fault: ProviderError, failures: number): boolean =>
  isEndless(fault) || failures >= failuresBelieved;
