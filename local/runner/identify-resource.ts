import { createHash } from 'node:crypto';
import { LOCAL_ACCOUNT, localArn } from './local-account.ts';
import { LocalError } from './local-error.ts';
import type { RunType } from './resource-types.ts';

/** The values of `Ref` and `Fn::GetAtt` for a resource. */
export type ResourceIdentity = { ref: string; attributes: Readonly<Record<string, string>> };

/** Base URLs, without trailing slash, that are part of identities. */
export type IdentityEndpoints = { sqsEndpoint: string; apiUrl: string };

/** Derives a key id that stays the same over restarts, so that kept data can be decrypted. */
const keyIdOf = (logicalId: string): string => {
  const hex = createHash('sha256').update(logicalId).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
};

/** The property that may hold the physical name of a resource, by type. */
export const NAME_PROPERTY: Partial<Record<RunType, string>> = {
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Events::EventBus': 'Name',
  'AWS::Events::Rule': 'Name',
  'AWS::KMS::Alias': 'AliasName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::SQS::Queue': 'QueueName',
};

/** Makes the ids and ARNs that a resource would have in an account; `name` is its physical name. */
export const identifyResource = (
  type: RunType,
  logicalId: string,
  name: string,
  endpoints: IdentityEndpoints,
): ResourceIdentity => {
  switch (type) {
    case 'AWS::DynamoDB::GlobalTable':
    case 'AWS::DynamoDB::Table':
      return { ref: name, attributes: { Arn: localArn('dynamodb', `table/${name}`) } };
    case 'AWS::SQS::Queue':
      return {
        ref: `${endpoints.sqsEndpoint}/${LOCAL_ACCOUNT}/${name}`,
        attributes: { Arn: localArn('sqs', name), QueueName: name },
      };
    case 'AWS::Lambda::Function':
      return { ref: name, attributes: { Arn: localArn('lambda', `function:${name}`) } };
    case 'AWS::Events::EventBus':
      return { ref: name, attributes: { Arn: localArn('events', `event-bus/${name}`), Name: name } };
    case 'AWS::Events::Rule':
      return { ref: name, attributes: { Arn: localArn('events', `rule/${name}`) } };
    case 'AWS::KMS::Key': {
      const keyId = keyIdOf(logicalId);
      return { ref: keyId, attributes: { Arn: localArn('kms', `key/${keyId}`), KeyId: keyId } };
    }
    case 'AWS::KMS::Alias':
      return { ref: name, attributes: {} };
    case 'AWS::SecretsManager::Secret':
      return { ref: localArn('secretsmanager', `secret:${name}-local0`), attributes: {} };
    case 'AWS::ApiGatewayV2::Api':
      return { ref: 'local', attributes: { ApiEndpoint: endpoints.apiUrl, ApiId: 'local' } };
    case 'AWS::ApiGatewayV2::Integration':
    case 'AWS::ApiGatewayV2::Route':
    case 'AWS::ApiGatewayV2::Stage':
    case 'AWS::Lambda::EventSourceMapping':
      return { ref: logicalId, attributes: {} };
    default: {
      const unknown: never = type;
      throw new LocalError(`no identity for ${String(unknown)}`);
    }
  }
};
