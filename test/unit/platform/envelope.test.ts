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

describe('the data key of a project', () => {
  const calendars = Array.from({ length: 1_000 }, (_, index) => ({ ...context, owner: `cal_${index}` }));

  it('seals the secrets of all its calendars, and a function that opens them asks KMS once', async () => {
    const envelope = cold();
    const sealed = await Promise.all(calendars.map(async (one) => [one, await envelope.seal(one, one.owner)] as const));
    expect(calls).toEqual({ generated: 1, decrypted: 0 });
    const reader = cold();
    for (const [one, text] of sealed) expect(await reader.open(one, text)).toBe(one.owner);
    expect(calls).toEqual({ generated: 1, decrypted: 1 });
  });

  it('is not that of another project or purpose', async () => {
    const envelope = cold();
    await envelope.seal(context, 'secret');
    await envelope.seal({ ...context, project: 'proj_2' }, 'secret');
    await envelope.seal({ ...context, purpose: 'webhook' }, 'secret');
    expect(calls.generated).toBe(3);
  });

  it('is another one after a day', async () => {
    let time = 0;
    const envelope = createEnvelope(kms, 'key', () => time);
    const keyOfSealed = async () => (await envelope.seal(context, 'secret')).split('.')[1];
    const first = await keyOfSealed();
    time = 86_400_000 - 1;
    expect(await keyOfSealed()).toBe(first);
    time += 1;
    expect(await keyOfSealed()).not.toBe(first);
  });

  it('is asked for again when KMS has failed', async () => {
    let failures = 1;
    const envelope = cold({
      ...kms,
      generateDataKey: async (...request) => {
        failures -= 1;
        if (failures >= 0) throw new Error('KMS is down');
        return kms.generateDataKey(...request);
      },
    });
    await expect(envelope.seal(context, 'secret')).rejects.toThrow('KMS is down');
    expect(await open(await envelope.seal(context, 'secret'))).toBe('secret');
  });
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

  it.each(['project', 'purpose'] as const)('is refused when the other belongs to another %s', async (part) => {
    const former = await seal('refresh token');
    const other = { ...context, [part]: 'webhook' };
    await expect(cold().seal(other, 'access token', former)).rejects.toThrow();
  });

  it('does not open for another owner', async () => {
    const sealed = await cold().seal(context, 'access token', await seal('refresh token'));
    await expect(open(sealed, { ...context, owner: 'cal_2' })).rejects.toThrow();
  });
});
