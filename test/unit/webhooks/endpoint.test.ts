import { describe, expect, it } from 'vitest';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { requireActive, rotateSecrets, signingSecrets } from '../../../shared/webhooks/endpoint.ts';
import { createTestWebhook } from '../../support/webhook-fixtures.ts';

const now = 1_790_000_000_000;
const day = 86_400_000;

describe('the secrets of an endpoint', () => {
  it('sign together for a day after a rotation, the newest first', () => {
    const secrets = rotateSecrets({ secrets: [{ sealed: 'old' }] }, 'new', now);
    expect(secrets).toEqual([{ sealed: 'new' }, { sealed: 'old', retires_at: timestampOf(now + day) }]);
    expect(signingSecrets({ secrets }, now + day - 1)).toEqual(['new', 'old']);
    expect(signingSecrets({ secrets }, now + day)).toEqual(['new']);
  });

  it('retire on their first date when the secret is rotated again', () => {
    const once = rotateSecrets({ secrets: [{ sealed: 'a' }] }, 'b', now);
    const twice = rotateSecrets({ secrets: once }, 'c', now + day / 2);
    expect(twice.map(({ retires_at }) => retires_at)).toEqual([
      undefined,
      timestampOf(now + 1.5 * day),
      timestampOf(now + day),
    ]);
    expect(rotateSecrets({ secrets: twice }, 'd', now + day).map(({ sealed }) => sealed)).toEqual(['d', 'c', 'b']);
  });
});

describe('an inactive endpoint', () => {
  it('is refused with 400 where an active one is required', () => {
    expect(() => requireActive(createTestWebhook())).not.toThrow();
    expect(() => requireActive(createTestWebhook({ is_active: false }))).toThrow('The webhook is not active.');
  });
});
