import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { DecryptCommand, type DecryptCommandInput, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { createEnvelope } from '../../../shared/platform/envelope.ts';
import type { Sealed } from '../../../shared/platform/sealed.ts';

const context = { purpose: 'credentials', project: 'proj_1', owner: 'cal_1' } as const;
const kms = mockClient(KMSClient);
const master = randomBytes(32);

function unwrap({ CiphertextBlob, EncryptionContext }: DecryptCommandInput) {
  const blob = Buffer.from(CiphertextBlob as Uint8Array);
  const decipher = createDecipheriv('aes-256-gcm', master, Buffer.alloc(12))
    .setAAD(Buffer.from(JSON.stringify(EncryptionContext)))
    .setAuthTag(blob.subarray(-16));
  return { Plaintext: Buffer.concat([decipher.update(blob.subarray(0, -16)), decipher.final()]) };
}

/** KMS as far as it matters: a data key wrapped under the master key, bound to the encryption context. */
beforeEach(() => {
  kms.reset();
  kms.on(GenerateDataKeyCommand).callsFake(({ EncryptionContext }) => {
    const Plaintext = randomBytes(32);
    const cipher = createCipheriv('aes-256-gcm', master, Buffer.alloc(12)).setAAD(
      Buffer.from(JSON.stringify(EncryptionContext)),
    );
    return {
      Plaintext,
      CiphertextBlob: Buffer.concat([cipher.update(Plaintext), cipher.final(), cipher.getAuthTag()]),
    };
  });
  kms.on(DecryptCommand).callsFake(unwrap);
});

/** Opens a text that may not be sealed at all. */
const open = (sealed: string, given: Parameters<ReturnType<typeof createEnvelope>['open']>[0] = context) =>
  createEnvelope(new KMSClient({ region: 'eu-central-1' }), 'key').open(given, sealed as Sealed);
const seal = (text: string) => createEnvelope(new KMSClient({ region: 'eu-central-1' }), 'key').seal(context, text);

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
  const envelope = createEnvelope(new KMSClient({ region: 'eu-central-1' }), 'key');
  const sealed = await envelope.seal(context, 'secret');
  await Promise.all([envelope.open(context, sealed), envelope.open(context, sealed)]);
  await envelope.open(context, sealed);
  expect(kms.commandCalls(DecryptCommand)).toHaveLength(1);
});

it('a failed unwrap is not remembered', async () => {
  const envelope = createEnvelope(new KMSClient({ region: 'eu-central-1' }), 'key');
  const sealed = await envelope.seal(context, 'secret');
  let failures = 1;
  kms.on(DecryptCommand).callsFake((input: DecryptCommandInput) => {
    failures -= 1;
    if (failures >= 0) throw new Error('KMS is down');
    return unwrap(input);
  });
  await expect(envelope.open(context, sealed)).rejects.toThrow('KMS is down');
  expect(await envelope.open(context, sealed)).toBe('secret');
});
