import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { KmsClient } from '../../../shared/platform/aws/kms-client.ts';
import { createEnvelope } from '../../../shared/platform/envelope.ts';
import type { Sealed } from '../../../shared/platform/sealed.ts';

const context = { purpose: 'credentials', project: 'proj_1', owner: 'cal_1' } as const;
const master = randomBytes(32);
let calls: { generated: number; decrypted: number };

/** KMS as far as it matters: a data key wrapped under the master key, bound to the encryption context. */
const kms: KmsClient = {
  generateDataKey: async (_keyArn, given) => {
    calls.generated += 1;
    const plain = randomBytes(32);
    const cipher = createCipheriv('aes-256-gcm', master, Buffer.alloc(12)).setAAD(Buffer.from(JSON.stringify(given)));
    return { plain, wrapped: Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]) };
  },
  decrypt: async (_keyArn, wrapped, given) => {
    calls.decrypted += 1;
    const decipher = createDecipheriv('aes-256-gcm', master, Buffer.alloc(12))
      .setAAD(Buffer.from(JSON.stringify(given)))
      .setAuthTag(wrapped.subarray(-16));
    return Buffer.concat([decipher.update(wrapped.subarray(0, -16)), decipher.final()]);
  },
};
beforeEach(() => {
  calls = { generated: 0, decrypted: 0 };
});

/** A function that has just started: it knows no data key. */
const cold = (client: KmsClient = kms) => createEnvelope(client, 'key');
/** Opens a text that may not be sealed at all. */
const open = (sealed: string, given: Parameters<ReturnType<typeof createEnvelope>['open']>[0] = context) =>
  cold().open(given, sealed as Sealed);
const seal = (text: string) => cold().seal(context, text);

describe('a sealed text', () => {
  it('opens to the original text and does not contain it', async () => {
    const sealed = await seal('1//refresh-token-ÄÖ');
    expect(sealed).not.toContain('refresh');
    expect(await open(sealed)).toBe('1//refresh-token-ÄÖ');
    expect(await seal('1//refresh-token-ÄÖ')).not.toBe(sealed);
  });

  it.each([
    ['another calendar', { ...context, owner: 'cal_2' }],
    ['another project', { ...context, project: 'proj_2' }],
    ['another purpose', { ...context, purpose: 'webhook' as const }],
  ])('does not open for %s', async (_case, other) => {
    const sealed = await seal('secret');
    await expect(open(sealed, other)).rejects.toThrow();
  });

  it('does not open when one of its parts was altered', async () => {
    const sealed = await seal('secret');
    const parts = sealed.split('.');
    for (const index of [0, 1, 2, 3]) {
      const part = parts[index] ?? '';
      const middle = Math.floor(part.length / 2);
      const altered = `${part.slice(0, middle)}${part[middle] === 'A' ? 'B' : 'A'}${part.slice(middle + 1)}`;
      await expect(open(parts.with(index, altered).join('.')), `part ${index}`).rejects.toThrow();
    }
  });
});

it('a warm function asks KMS once for the key of a secret it opens again', async () => {
  const sealed = await seal('secret');
  const envelope = cold();
  await Promise.all([envelope.open(context, sealed), envelope.open(context, sealed)]);
  await envelope.open(context, sealed);
  expect(calls.decrypted).toBe(1);
});

it('a function that has sealed a secret opens it without KMS', async () => {
  const envelope = cold();
  expect(await envelope.open(context, await envelope.seal(context, 'secret'))).toBe('secret');
  expect(calls).toEqual({ generated: 1, decrypted: 0 });
});

it('a failed unwrap is not remembered', async () => {
  const sealed = await seal('secret');
  let failures = 1;
  const envelope = cold({
    ...kms,
    decrypt: async (...request) => {
      failures -= 1;
      if (failures >= 0) throw new Error('KMS is down');
      return kms.decrypt(...request);
    },
  });
  await expect(envelope.open(context, sealed)).rejects.toThrow('KMS is down');
  expect(await envelope.open(context, sealed)).toBe('secret');
});

describe('a text that is sealed with the key of another', () => {
  it('asks for no key where the other was opened, and has an initialization vector of its own', async () => {
    const former = await seal('refresh token');
    const envelope = cold();
    await envelope.open(context, former);
    const sealed = await envelope.seal(context, 'access token', former);
    expect(calls).toEqual({ generated: 1, decrypted: 1 });
    const [one, other] = [former.split('.'), sealed.split('.')];
    expect(other[1]).toBe(one[1]);
    expect(other[2]).not.toBe(one[2]);
    expect(await open(sealed)).toBe('access token');
  });

  it('has the key unwrapped where the other was not opened', async () => {
    const sealed = await cold().seal(context, 'access token', await seal('refresh token'));
    expect(calls).toEqual({ generated: 1, decrypted: 1 });
    expect(await open(sealed)).toBe('access token');
  });

  it('is refused when the other belongs to another owner', async () => {
    const former = await seal('refresh token');
    await expect(cold().seal({ ...context, owner: 'cal_2' }, 'access token', former)).rejects.toThrow();
  });

  it('does not open for another owner', async () => {
    const sealed = await cold().seal(context, 'access token', await seal('refresh token'));
    await expect(open(sealed, { ...context, owner: 'cal_2' })).rejects.toThrow();
  });
});
