import { describe, expect, it } from 'vitest';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { requireActive, rotateSecrets, signingSecrets } from '../../../shared/webhooks/endpoint.ts';
import { createTestWebhook } from '../../support/webhook-fixtures.ts';

const now = 1_790_000_000_000;
const day = 86_400_000;

describe('the secrets of an endpoint', () => {
  it('sign together for a day after a rotation, the newest first', () => {
    const secrets = rotateSecrets({ secrets: [{ sealed: 'v1.old' }] }, 'v1.new', now);
    expect(secrets).toEqual([{ sealed: 'v1.new' }, { sealed: 'v1.old', retires_at: timestampOf(now + day) }]);
    expect(signingSecrets({ secrets }, now + day - 1)).toEqual(['v1.new', 'v1.old']);
    expect(signingSecrets({ secrets }, now + day)).toEqual(['v1.new']);
  });

  it('retire on their first date when the secret is rotated again', () => {
    const once = rotateSecrets({ secrets: [{ sealed: 'v1.a' }] }, 'v1.b', now);
    const twice = rotateSecrets({ secrets: once }, 'v1.c', now + day / 2);
    expect(twice.map(({ retires_at }) => retires_at)).toEqual([
      undefined,
      timestampOf(now + 1.5 * day),
      timestampOf(now + day),
    ]);
    expect(rotateSecrets({ secrets: twice }, 'v1.d', now + day).map(({ sealed }) => sealed)).toEqual([
      'v1.d',
      'v1.c',
      'v1.b',
    ]);
  });
});

describe('an inactive endpoint', () => {
  it('is refused with 400 where an active one is required', () => {
    expect(() => requireActive(createTestWebhook())).not.toThrow();
    expect(() => requireActive(createTestWebhook({ is_active: false }))).toThrow('The webhook is not active.');
  });
});
