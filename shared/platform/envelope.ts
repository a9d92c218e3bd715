import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { DecryptCommand, GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import type { Sealed } from './sealed.ts';

/** The owner and the purpose of a secret. KMS binds the data key to them, AES-GCM binds the ciphertext. */
type SealContext = { purpose: 'credentials' | 'webhook' | 'answer' | 'bot_runner'; project: string; owner: string };

/**
 * Envelope encryption: a data key from KMS encrypts the text with AES-256-GCM; the wrapped key travels with the
 * ciphertext as `v1.<wrapped key>.<iv>.<ciphertext and tag>`, each part base64url.
 */
export interface Envelope {
  seal(context: SealContext, text: string): Promise<Sealed>;
  /** @throws when the context is another one, or the text was altered */
  open(context: SealContext, sealed: Sealed): Promise<string>;
}

const version = 'v1';
const unwrappedKeysKept = 1000;

export function createEnvelope(kms: Pick<KMSClient, 'send'>, keyArn: string): Envelope {
  // The same wrapped key and context always give the same key, so a warm function does not ask KMS again.
  const unwrapped = new Map<string, Promise<Buffer>>();

  const decrypt = async (context: SealContext, wrapped: string): Promise<Buffer> => {
    const { Plaintext } = await kms.send(
      new DecryptCommand({
        KeyId: keyArn,
        CiphertextBlob: Buffer.from(wrapped, 'base64url'),
        EncryptionContext: { ...context },
      }),
    );
    return Buffer.from(Plaintext as Uint8Array);
  };

  const unwrap = (context: SealContext, wrapped: string): Promise<Buffer> => {
    const id = `${wrapped} ${aad(context)}`;
    const known = unwrapped.get(id);
    if (known) return known;
    const pending = decrypt(context, wrapped);
    if (unwrapped.size >= unwrappedKeysKept) unwrapped.delete(unwrapped.keys().next().value as string);
    unwrapped.set(id, pending);
    pending.catch(() => unwrapped.delete(id));
    return pending;
  };

  return {
    seal: async (context, text) => {
      const { Plaintext, CiphertextBlob } = await kms.send(
        new GenerateDataKeyCommand({ KeyId: keyArn, KeySpec: 'AES_256', EncryptionContext: { ...context } }),
      );
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', Plaintext as Uint8Array, iv).setAAD(Buffer.from(aad(context)));
      const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      const parts = [Buffer.from(CiphertextBlob as Uint8Array), iv, ciphertext];
      return `${version}.${parts.map((part) => part.toString('base64url')).join('.')}`;
    },
    open: async (context, sealed) => {
      const [found, wrapped, iv, ciphertext] = sealed.split('.');
      if (found !== version || !wrapped || !iv || !ciphertext) throw new Error('not a sealed text');
      const bytes = Buffer.from(ciphertext, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', await unwrap(context, wrapped), Buffer.from(iv, 'base64url'), {
        authTagLength: 16,
      })
        .setAAD(Buffer.from(aad(context)))
        .setAuthTag(bytes.subarray(-16));
      return decipher.update(bytes.subarray(0, -16), undefined, 'utf8') + decipher.final('utf8');
    },
  };
}

const aad = ({ purpose, project, owner }: SealContext): string => `${purpose}/${project}/${owner}`;
