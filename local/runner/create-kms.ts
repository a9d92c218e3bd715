import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { KeptValues } from './open-kept-values.ts';
import type { ResolvedResource } from './resolve-template.ts';
import { ignoredProperty, parseProperties } from './resource-types.ts';
import { type AwsOperations, AwsServiceError } from './start-aws-json-server.ts';

const keySchema = z.strictObject({
  Description: ignoredProperty,
  EnableKeyRotation: ignoredProperty,
  KeyPolicy: ignoredProperty,
  KeySpec: z.literal('SYMMETRIC_DEFAULT').optional(),
  KeyUsage: z.literal('ENCRYPT_DECRYPT').optional(),
  PendingWindowInDays: ignoredProperty,
  RotationPeriodInDays: ignoredProperty,
  Tags: ignoredProperty,
});
const aliasSchema = z.strictObject({ AliasName: z.string().startsWith('alias/'), TargetKeyId: z.string() });

const contextSchema = z.record(z.string(), z.string()).default({});
const blobSchema = z.base64().transform((text) => Buffer.from(text, 'base64'));
const generateSchema = z.looseObject({
  KeyId: z.string(),
  EncryptionContext: contextSchema,
  KeySpec: z.enum(['AES_128', 'AES_256']).optional(),
  NumberOfBytes: z.number().int().min(1).max(1024).optional(),
});
const encryptSchema = z.looseObject({ KeyId: z.string(), Plaintext: blobSchema, EncryptionContext: contextSchema });
const decryptSchema = z.looseObject({
  KeyId: z.string().optional(),
  CiphertextBlob: blobSchema,
  EncryptionContext: contextSchema,
});

type Key = { id: string; arn: string; material: Buffer };

const KEY_ID_BYTES = 36;
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** KMS's limit for `Encrypt`; larger data needs a data key. */
const MOST_PLAINTEXT_BYTES = 4096;

/** Writes the encryption context in one form, independent of the order of its entries. */
const additionalData = (keyId: string, context: Record<string, string>): Buffer =>
  Buffer.from(JSON.stringify([keyId, Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))]));

const seal = (key: Key, plaintext: Buffer, context: Record<string, string>): string => {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key.material, iv).setAAD(additionalData(key.id, context));
  const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([Buffer.from(key.id), iv, cipher.getAuthTag(), sealed]).toString('base64');
};

const open = (key: Key, blob: Buffer, context: Record<string, string>): Buffer => {
  const rest = blob.subarray(KEY_ID_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key.material, rest.subarray(0, IV_BYTES))
    .setAAD(additionalData(key.id, context))
    .setAuthTag(rest.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(rest.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
};

const parseInput = <Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> => {
  const result = schema.safeParse(input);
  if (!result.success) throw new AwsServiceError('ValidationException', z.prettifyError(result.error));
  return result.data;
};

/**
 * Makes the operations `GenerateDataKey`, `Encrypt` and `Decrypt` for the keys and aliases of a template. They
 * authenticate the encryption context as KMS does. Key policies are not checked. Throws a LocalError for other kinds of key.
 */
export const createKms = (resources: readonly ResolvedResource[], kept: KeptValues): AwsOperations => {
  const byName = new Map<string, Key>();
  for (const { logicalId, type, properties, identity } of resources) {
    if (type !== 'AWS::KMS::Key') continue;
    parseProperties(logicalId, type, keySchema, properties);
    const material = kept.take(`kms:${identity.ref}`, () => randomBytes(32).toString('base64'));
    const arn = identity.attributes['Arn'] ?? '';
    const key = { id: identity.ref, arn, material: Buffer.from(material, 'base64') };
    byName.set(key.id, key).set(key.arn, key);
  }
  for (const { logicalId, type, properties } of resources) {
    if (type !== 'AWS::KMS::Alias') continue;
    const { AliasName, TargetKeyId } = parseProperties(logicalId, type, aliasSchema, properties);
    const key = byName.get(TargetKeyId);
    if (key !== undefined) byName.set(AliasName, key).set(key.arn.replace(/key\/.*$/, AliasName), key);
  }
  const findKey = (name: string): Key => {
    const key = byName.get(name);
    if (key === undefined) throw new AwsServiceError('NotFoundException', `Key '${name}' does not exist`);
    return key;
  };

  return {
    GenerateDataKey: (raw) => {
      const input = parseInput(generateSchema, raw);
      const key = findKey(input.KeyId);
      const plaintext = randomBytes(input.NumberOfBytes ?? (input.KeySpec === 'AES_128' ? 16 : 32));
      const CiphertextBlob = seal(key, plaintext, input.EncryptionContext);
      return { KeyId: key.arn, Plaintext: plaintext.toString('base64'), CiphertextBlob };
    },
    Encrypt: (raw) => {
      const input = parseInput(encryptSchema, raw);
      const key = findKey(input.KeyId);
      if (input.Plaintext.length === 0 || input.Plaintext.length > MOST_PLAINTEXT_BYTES) {
        throw new AwsServiceError('ValidationException', 'plaintext must have between 1 and 4096 bytes');
      }
      return { KeyId: key.arn, CiphertextBlob: seal(key, input.Plaintext, input.EncryptionContext) };
    },
    Decrypt: (raw) => {
      const input = parseInput(decryptSchema, raw);
      const key = byName.get(input.CiphertextBlob.subarray(0, KEY_ID_BYTES).toString());
      if (input.KeyId !== undefined && findKey(input.KeyId) !== key) {
        throw new AwsServiceError('IncorrectKeyException', 'the ciphertext was made with another key');
      }
      try {
        if (key === undefined) throw new Error('made with no key of this stack');
        const plaintext = open(key, input.CiphertextBlob, input.EncryptionContext);
        return { KeyId: key.arn, Plaintext: plaintext.toString('base64') };
      } catch (error) {
        throw new AwsServiceError('InvalidCiphertextException', `the ciphertext cannot be opened: ${String(error)}`);
      }
    },
  };
};
