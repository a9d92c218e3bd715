import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { KmsClient } from './aws/kms-client.ts';
import type { Sealed } from './sealed.ts';
import { sealingKeyMs } from './timing.ts';

/** The owner and the purpose of a secret. KMS binds the data key to purpose and project, AES-GCM binds the ciphertext to all. */
type SealContext = { purpose: 'credentials' | 'webhook' | 'answer' | 'bot_runner'; project: string; owner: string };

/**
 * Envelope encryption: a data key from KMS encrypts the text with AES-256-GCM; the wrapped key travels with the
 * ciphertext as `v1.<wrapped key>.<iv>.<ciphertext and tag>`, each part base64url. A process seals the texts of a project and
 * purpose with one data key for a day, so that a process that opens many of them asks KMS once.
 */
export interface Envelope {
  /**
   * @param keyOf a sealed text of the same owner and purpose. Its data key seals this text as well, with another
   *   initialization vector: who can open that one can open this one. Random vectors are safe for four billion texts of
   *   one key.
   */
  seal(context: SealContext, text: string, keyOf?: Sealed): Promise<Sealed>;
  /** @throws when the context is another one, or the text was altered */
  open(context: SealContext, sealed: Sealed): Promise<string>;
}

const version = 'v1';
const unwrappedKeysKept = 1000;

interface DataKey {
  key: Buffer;
  wrapped: string;
}

export function createEnvelope(kms: KmsClient, keyArn: string, now: () => number = Date.now): Envelope {
  // The same wrapped key and context always give the same key, so a warm function does not ask KMS again.
  const unwrapped = new Map<string, Promise<Buffer>>();
  const sealing = new Map<string, { until: number; dataKey: Promise<DataKey> }>();

  const keep = (context: SealContext, wrapped: string, key: Promise<Buffer>): Promise<Buffer> => {
    const id = keyName(context, wrapped);
    if (unwrapped.size >= unwrappedKeysKept) unwrapped.delete(unwrapped.keys().next().value as string);
    unwrapped.set(id, key);
    key.catch(() => unwrapped.delete(id));
    return key;
  };

  const unwrap = (context: SealContext, wrapped: string): Promise<Buffer> =>
    unwrapped.get(keyName(context, wrapped)) ??
    keep(context, wrapped, kms.decrypt(keyArn, Buffer.from(wrapped, 'base64url'), keyContext(context)));

  const generate = async (context: SealContext): Promise<DataKey> => {
    const { plain, wrapped: bytes } = await kms.generateDataKey(keyArn, keyContext(context));
    const wrapped = bytes.toString('base64url');
    return { key: await keep(context, wrapped, Promise.resolve(plain)), wrapped };
  };

  /** The data key with which this process seals texts of the project and purpose. */
  const currentKey = (context: SealContext): Promise<DataKey> => {
    const name = keyName(context);
    const known = sealing.get(name);
    if (known && known.until > now()) return known.dataKey;
    if (sealing.size >= unwrappedKeysKept) sealing.delete(sealing.keys().next().value as string);
    const dataKey = generate(context);
    sealing.set(name, { until: now() + sealingKeyMs, dataKey });
    dataKey.catch(() => sealing.delete(name));
    return dataKey;
  };

  return {
    seal: async (context, text, keyOf) => {
      const known = keyOf && parseSealed(keyOf).wrapped;
      const { key, wrapped } = known
        ? { key: await unwrap(context, known), wrapped: known }
        : await currentKey(context);
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(aad(context)));
      const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${version}.${wrapped}.${iv.toString('base64url')}.${ciphertext.toString('base64url')}`;
    },
    open: async (context, sealed) => {
      const { wrapped, iv, ciphertext } = parseSealed(sealed);
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

function parseSealed(sealed: string): { wrapped: string; iv: string; ciphertext: string } {
  const [found, wrapped, iv, ciphertext] = sealed.split('.');
  if (found !== version || !wrapped || !iv || !ciphertext) throw new Error('not a sealed text');
  return { wrapped, iv, ciphertext };
}

const keyContext = ({ purpose, project }: SealContext) => ({ purpose, project });
const keyName = ({ purpose, project }: SealContext, wrapped = ''): string => `${purpose}/${project} ${wrapped}`;
const aad = ({ purpose, project, owner }: SealContext): string => `${purpose}/${project}/${owner}`;
