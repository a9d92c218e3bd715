import { expect, it } from 'vitest';
import { ProviderError, type ProviderVerdict } from '../../../shared/providers/provider-error.ts';
import { isLasting, judgeToken } from '../../../shared/sync/judge-token.ts';

const fault = (verdict: ProviderVerdict, code = 'code') => new ProviderError(verdict, code, '');

it.each<[ProviderVerdict, string]>([
  [{ kind: 'disconnect', code: 'authorization_revoked' }, 'access'],
  [{ kind: 'operator', error: 'client_refused' }, 'access'],
  [{ kind: 'unauthorized' }, 'access'],
  [{ kind: 'quota', retryAfterMs: 1000 }, 'access'],
  // Like ErrorQuotaExceeded, which has been seen to last on change tracking alone.
  [{ kind: 'quota' }, 'doubtful'],
  [{ kind: 'refused' }, 'doubtful'],
  [{ kind: 'retry', error: 'provider_unavailable' }, 'doubtful'],
  [{ kind: 'retry', error: 'provider_slow' }, 'doubtful'],
  [{ kind: 'too_large' }, 'doubtful'],
  [{ kind: 'resync' }, 'dead'],
  [{ kind: 'missing' }, 'dead'],
  [{ kind: 'rejected' }, 'dead'],
])('A delta that fails with %j says of its token: %s', (verdict, doubt) => {
  expect(judgeToken(fault(verdict))).toBe(doubt);
});

it('A failure lasts when it is the third in a row, or when the pages never end', () => {
  const passing = fault({ kind: 'retry', error: 'provider_unavailable' });
  const endless = fault({ kind: 'retry', error: 'answer_unreadable' }, 'endless_paging');
  expect([1, 2, 3].map((failures) => isLasting(passing, failures))).toEqual([false, false, true]);
  expect([isLasting(endless, 1), judgeToken(endless)]).toEqual([true, 'dead']);
});
