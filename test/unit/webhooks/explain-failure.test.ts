import { describe, expect, it } from 'vitest';
import { explainFailure } from '../../../shared/webhooks/explain-failure.ts';

const answer = { status: null, retryAfter: undefined, error: null };

describe('the log of an attempt', () => {
  it('says where a redirect leads, which is not followed', () => {
    expect(explainFailure({ ...answer, status: 301, location: 'https://example.com/new' })).toBe(
      'REDIRECT: redirects are not followed; Location: https://example.com/new',
    );
    expect(explainFailure({ ...answer, status: 302, location: 'x'.repeat(9000) })?.length).toBeLessThan(600);
    expect(explainFailure({ ...answer, status: 304 })).toBeNull();
    expect(explainFailure({ ...answer, status: 201, location: '/made' })).toBeNull();
  });

  it('explains an error of the HTTP parser', () => {
    expect(explainFailure({ ...answer, error: 'HPE_INVALID_CONSTANT', reason: 'Expected HTTP/' })).toBe(
      'HPE_INVALID_CONSTANT: the answer is not valid HTTP: Expected HTTP/',
    );
    expect(explainFailure({ ...answer, error: 'HPE_X' })).toBe('HPE_X: the answer is not valid HTTP');
  });

  it('has the code of any other error', () => {
    expect(explainFailure({ ...answer, error: 'TIMEOUT' })).toBe('TIMEOUT');
  });
});
