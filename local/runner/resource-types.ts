import * as z from 'zod';
import { LocalError } from './local-error.ts';

/** Resource types that run locally. */
const RUN_TYPES = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::Events::EventBus',
  'AWS::Events::Rule',
  'AWS::KMS::Alias',
  'AWS::KMS::Key',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::SecretsManager::Secret',
  'AWS::SQS::Queue',
] as const;

/** Resource types that have no effect on one machine: permissions, logs, alarms. */
const IGNORED_TYPES = [
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  // Asynchronous invocations are not retried locally, so their retry settings have no effect.
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::Logs::MetricFilter',
  'AWS::Logs::ResourcePolicy',
  'AWS::SecretsManager::ResourcePolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
] as const;

/** A resource type that runs locally. */
export type RunType = (typeof RUN_TYPES)[number];

/** Returns whether a resource type runs locally or is ignored. Throws a LocalError for a type on neither list. */
export const isRunType = (logicalId: string, type: string): type is RunType => {
  if ((RUN_TYPES as readonly string[]).includes(type)) return true;
  if ((IGNORED_TYPES as readonly string[]).includes(type)) return false;
  throw new LocalError(
    `local mode cannot run ${logicalId}: resource type ${type} is neither run nor on the list of those that need no running`,
  );
};

/** A property that is valid in the cloud and has no effect locally. */
export const ignoredProperty = z.unknown().optional();

/** Parses resolved properties with a strict schema. Throws a LocalError for a property that does not run locally. */
export const parseProperties = <Schema extends z.ZodType>(
  logicalId: string,
  type: string,
  schema: Schema,
  properties: unknown,
): z.output<Schema> => {
  const result = schema.safeParse(properties);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.') || 'Properties'}: ${issue.message}`);
  throw new LocalError(`local mode cannot run ${logicalId} (${type}): ${problems.join('; ')}`);
};
