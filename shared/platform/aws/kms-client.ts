import { type AwsJsonDeps, createAwsJsonClient } from './aws-json-client.ts';

/** What KMS binds a data key to. It is unwrapped only with the same names and values. */
type EncryptionContext = Readonly<Record<string, string>>;

/** KMS, as far as functions call it. Every call is repeated when it was throttled, failed or got no answer. */
export interface KmsClient {
  /** A new AES-256 key, and the same wrapped by a key of KMS. */
  generateDataKey(keyArn: string, context: EncryptionContext): Promise<{ plain: Buffer; wrapped: Buffer }>;
  /** @throws AwsError when the key was not wrapped by `keyArn` with this context */
  decrypt(keyArn: string, wrapped: Buffer, context: EncryptionContext): Promise<Buffer>;
}

export function createKmsClient(deps: Partial<AwsJsonDeps> = {}): KmsClient {
  const call = createAwsJsonClient(
    { name: 'kms', variable: 'AWS_ENDPOINT_URL_KMS', target: 'TrentService', jsonVersion: '1.1' },
    deps,
  );
  return {
    generateDataKey: async (KeyId, EncryptionContext) => {
      const answer = await call('GenerateDataKey', { KeyId, KeySpec: 'AES_256', EncryptionContext });
      return { plain: bytesOf(answer, 'Plaintext'), wrapped: bytesOf(answer, 'CiphertextBlob') };
    },
    decrypt: async (KeyId, wrapped, EncryptionContext) => {
      const CiphertextBlob = wrapped.toString('base64');
      return bytesOf(await call('Decrypt', { KeyId, CiphertextBlob, EncryptionContext }), 'Plaintext');
    },
  };
}

function bytesOf(answer: Record<string, unknown>, field: string): Buffer {
  const text = answer[field];
  if (typeof text !== 'string') throw new Error(`the answer of KMS has no ${field}`);
  return Buffer.from(text, 'base64');
}
