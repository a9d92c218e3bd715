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

  it('are two at most, the newest and its predecessor, after any number of rotations', () => {
    let secrets: ReturnType<typeof rotateSecrets> = [{ sealed: 'v1.0' }];
    for (let number = 1; number <= 5; number += 1) secrets = rotateSecrets({ secrets }, `v1.${number}`, now);
    expect(secrets.map(({ sealed }) => sealed)).toEqual(['v1.5', 'v1.4']);
    expect(signingSecrets({ secrets }, now)).toEqual(['v1.5', 'v1.4']);
    expect(signingSecrets({ secrets }, now + day)).toEqual(['v1.5']);
  });

  it('retire at once when the old one has leaked', () => {
    const secrets = rotateSecrets({ secrets: [{ sealed: 'v1.old' }] }, 'v1.new', now, 'now');
    expect(secrets).toEqual([{ sealed: 'v1.new' }]);
  });
});

describe('an inactive endpoint', () => {
  it('is refused with 400 where an active one is required', () => {
    expect(() => requireActive(createTestWebhook())).not.toThrow();
    expect(() => requireActive(createTestWebhook({ is_active: false }))).toThrow('The webhook is not active.');
  });
});
