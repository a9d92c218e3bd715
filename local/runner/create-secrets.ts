import { randomInt } from 'node:crypto';
import * as z from 'zod';
import { LocalError } from './local-error.ts';
import type { KeptValues } from './open-kept-values.ts';
import type { ResolvedResource } from './resolve-template.ts';
import { ignoredProperty, parseProperties } from './resource-types.ts';

const secretSchema = z.strictObject({
  Description: ignoredProperty,
  GenerateSecretString: z
    .strictObject({
      ExcludeCharacters: z.string().default(''),
      ExcludeLowercase: z.boolean().default(false),
      ExcludeNumbers: z.boolean().default(false),
      ExcludePunctuation: z.boolean().default(false),
      ExcludeUppercase: z.boolean().default(false),
      GenerateStringKey: z.string().optional(),
      PasswordLength: z.number().int().min(1).max(4096).default(32),
      RequireEachIncludedType: ignoredProperty,
      SecretStringTemplate: z.string().optional(),
    })
    .optional(),
  KmsKeyId: ignoredProperty,
  Name: ignoredProperty,
  SecretString: z.string().optional(),
  Tags: ignoredProperty,
});

type Generation = NonNullable<z.output<typeof secretSchema>['GenerateSecretString']>;

const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

const generatePassword = (rules: Generation): string => {
  const all = [
    rules.ExcludeLowercase ? '' : LOWERCASE,
    rules.ExcludeUppercase ? '' : LOWERCASE.toUpperCase(),
    rules.ExcludeNumbers ? '' : '0123456789',
    rules.ExcludePunctuation ? '' : PUNCTUATION,
  ].join('');
  const alphabet = all.split('').filter((character) => !rules.ExcludeCharacters.includes(character));
  return Array.from({ length: rules.PasswordLength }, () => alphabet[randomInt(alphabet.length)]).join('');
};

const generateSecret = (rules: Generation): string => {
  if (rules.GenerateStringKey === undefined) return generatePassword(rules);
  const template = JSON.parse(rules.SecretStringTemplate ?? '{}') as Record<string, unknown>;
  return JSON.stringify({ ...template, [rules.GenerateStringKey]: generatePassword(rules) });
};

const REFERENCE = /\{\{resolve:secretsmanager:(.+?):SecretString:([^:}]*)(?::[^:}]*){0,2}\}\}/g;

/** Replaces `{{resolve:secretsmanager:…}}` references with the values of secrets, as a deployment does. */
export type SecretResolver = (text: string) => string;

/** Creates the secrets of a template, or reads the kept ones. The resolver throws a LocalError for an unknown secret. */
export const createSecrets = (resources: readonly ResolvedResource[], kept: KeptValues): SecretResolver => {
  const values = new Map<string, string>();
  for (const { logicalId, type, properties, identity, name } of resources) {
    if (type !== 'AWS::SecretsManager::Secret') continue;
    const parsed = parseProperties(logicalId, type, secretSchema, properties);
    const rules = parsed.GenerateSecretString;
    const value = parsed.SecretString ?? (rules ? kept.take(`secret:${name}`, () => generateSecret(rules)) : '');
    values.set(identity.ref, value);
    values.set(name, value);
  }
  return (text) => {
    const resolved = text.replaceAll(REFERENCE, (_match, id: string, jsonKey: string) => {
      const value = values.get(id);
      if (value === undefined) throw new LocalError(`the template refers to the secret ${id}, which it does not have`);
      return jsonKey === '' ? value : String((JSON.parse(value) as Record<string, unknown>)[jsonKey]);
    });
    if (resolved.includes('{{resolve:')) throw new LocalError(`local mode cannot resolve ${resolved}`);
    return resolved;
  };
};
