import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DecryptCommand, EncryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAssembly } from '../../../local/runner/assembly.ts';
import { createKms } from '../../../local/runner/create-kms.ts';
import { createSecrets } from '../../../local/runner/create-secrets.ts';
import { openKeptValues } from '../../../local/runner/open-kept-values.ts';
import { resolveTemplate } from '../../../local/runner/resolve-template.ts';
import { type AwsJsonServer, startAwsJsonServer } from '../../../local/runner/start-aws-json-server.ts';

const resolve = (Resources: Record<string, unknown>) =>
  resolveTemplate(parseAssembly({ Resources }).template, { sqsEndpoint: '', apiUrl: '' });
const resources = resolve({
  Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: {}, EnableKeyRotation: true } },
  Other: { Type: 'AWS::KMS::Key', Properties: {} },
  Alias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/kalends', TargetKeyId: { Ref: 'Key' } } },
});
const [key, other] = resources.map(({ identity }) => identity);
const clientFor = ({ endpoint }: AwsJsonServer): KMSClient =>
  new KMSClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 1,
  });

let server: AwsJsonServer;
let kms: KMSClient;
let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'kalends-kms-'));
  server = await startAwsJsonServer(createKms(resources, openKeptValues(dataDir)));
  kms = clientFor(server);
});
afterAll(async () => {
  await server.close();
  await rm(dataDir, { recursive: true });
});

const EncryptionContext = { project: 'proj_1', calendar: 'cal_1' };
const Plaintext = Buffer.from('refresh token');

describe('the KMS stand-in', () => {
  it.each([
    ['id', key?.ref],
    ['ARN', key?.attributes['Arn']],
    ['alias', 'alias/kalends'],
  ])('opens what it sealed under the same context, key named by %s', async (_spelling, KeyId) => {
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }));
    const reordered = { calendar: 'cal_1', project: 'proj_1' };
    const opened = await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: reordered }));
    expect(Buffer.from(opened.Plaintext ?? []).toString()).toBe('refresh token');
    expect(opened.KeyId).toBe(key?.attributes['Arn']);
  });

  it('gives data keys that only the sealed form leads back to', async () => {
    const made = await kms.send(new GenerateDataKeyCommand({ KeyId: key?.ref, KeySpec: 'AES_256', EncryptionContext }));
    expect(made.Plaintext).toHaveLength(32);
    const opened = await kms.send(new DecryptCommand({ CiphertextBlob: made.CiphertextBlob, EncryptionContext }));
    expect(Buffer.from(opened.Plaintext ?? [])).toEqual(Buffer.from(made.Plaintext ?? []));
  });

  it('refuses another context, another key, and bytes that were changed', async () => {
    const { CiphertextBlob = new Uint8Array() } = await kms.send(
      new EncryptCommand({ KeyId: key?.ref, Plaintext, EncryptionContext }),
    );
    const open = (
      input: Partial<{ KeyId: string; CiphertextBlob: Uint8Array; EncryptionContext: Record<string, string> }>,
    ) => kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext, ...input }));
    const invalid = { name: 'InvalidCiphertextException' };
    await expect(open({ EncryptionContext: { project: 'proj_2', calendar: 'cal_1' } })).rejects.toMatchObject(invalid);
    await expect(open({ EncryptionContext: {} })).rejects.toMatchObject(invalid);
    for (const index of [0, 40, 50, CiphertextBlob.length - 1]) {
      const changed = Uint8Array.from(CiphertextBlob);
      changed[index] = (changed[index] ?? 0) ^ 1;
      await expect(open({ CiphertextBlob: changed })).rejects.toMatchObject(invalid);
    }
    await expect(open({ CiphertextBlob: Buffer.from('short') })).rejects.toMatchObject(invalid);
    await expect(open({ KeyId: other?.ref ?? '' })).rejects.toMatchObject({ name: 'IncorrectKeyException' });
    const unknown = new EncryptCommand({ KeyId: 'alias/none', Plaintext });
    await expect(kms.send(unknown)).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  it('keeps its keys in the data directory, readable for the user alone', async () => {
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId: key?.ref, Plaintext, EncryptionContext }));
    const again = await startAwsJsonServer(createKms(resources, openKeptValues(dataDir)));
    const opened = await clientFor(again).send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
    await again.close();
    expect(Buffer.from(opened.Plaintext ?? []).toString()).toBe('refresh token');
    expect((await stat(join(dataDir, 'kept-values.json'))).mode & 0o777).toBe(0o600);
  });
});

describe('secrets', () => {
  const secret = (Properties: Record<string, unknown>) =>
    resolve({ Signing: { Type: 'AWS::SecretsManager::Secret', Properties } });
  const reference = (resource: ReturnType<typeof secret>, jsonKey = '') =>
    `{{resolve:secretsmanager:${resource[0]?.identity.ref}:SecretString:${jsonKey}::}}`;

  it('are generated by their rules, stay the same, and replace references inside a text', () => {
    const generated = secret({ GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true } });
    const resolveText = createSecrets(generated, openKeptValues(undefined));
    const text = resolveText(`a ${reference(generated)} b`);
    expect(text).toMatch(/^a [A-Za-z0-9]{64} b$/);
    expect(resolveText(`a ${reference(generated)} b`)).toBe(text);
  });

  it('can be one field of a JSON secret', () => {
    const template = { SecretStringTemplate: '{"user":"u"}', GenerateStringKey: 'key', PasswordLength: 8 };
    const generated = secret({ GenerateSecretString: template });
    const resolveText = createSecrets(generated, openKeptValues(undefined));
    expect(resolveText(reference(generated, 'user'))).toBe('u');
    expect(resolveText(reference(generated, 'key'))).toHaveLength(8);
  });

  it('refuse references that lead nowhere or to another service', () => {
    const resolveText = createSecrets([], openKeptValues(undefined));
    expect(() => resolveText('{{resolve:secretsmanager:arn:x:SecretString:::}}')).toThrow('arn:x');
    expect(() => resolveText('{{resolve:ssm:/name}}')).toThrow('cannot resolve');
  });
});
