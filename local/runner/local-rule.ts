import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { compileEventPattern } from './compile-event-pattern.ts';
import { LocalError } from './local-error.ts';
import type { LocalFunction } from './local-function.ts';
import type { LocalQueue } from './local-queue.ts';
import type { ResolvedResource } from './resolve-template.ts';
import { ignoredProperty, parseProperties } from './resource-types.ts';

const targetSchema = z.strictObject({
  Arn: z.string(),
  DeadLetterConfig: ignoredProperty,
  Id: z.string(),
  Input: z.string().optional(),
  RetryPolicy: ignoredProperty,
  SqsParameters: z.strictObject({ MessageGroupId: z.string() }).optional(),
});
const ruleSchema = z.strictObject({
  Description: ignoredProperty,
  EventBusName: z.string().default('default'),
  EventPattern: z.record(z.string(), z.unknown()).optional(),
  Name: ignoredProperty,
  ScheduleExpression: z
    .string()
    .regex(/^rate\(\d+ (minute|hour|day)s?\)$/, 'only rate(…) schedules run locally')
    .optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Tags: ignoredProperty,
  Targets: z.array(targetSchema).default([]),
});

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** How a target took an event. */
export type TargetResult = { target: string; ok: boolean; result?: unknown; error?: string };

export type LocalRule = {
  name: string;
  arn: string;
  bus: string;
  enabled: boolean;
  matches: (event: unknown) => boolean;
  /** For schedule rules: milliseconds between two runs. */
  everyMs?: number;
  /** Hands an event to every target; rejects only when a queue cannot be written. */
  deliver: (event: unknown) => Promise<TargetResult[]>;
};

export type RuleTargets = {
  sqs: SQSClient;
  queues: readonly LocalQueue[];
  functions: readonly LocalFunction[];
};

const intervalOf = (expression: string): number => {
  const [, count = '1', unit = 'minute'] = /^rate\((\d+) (minute|hour|day)/.exec(expression) ?? [];
  return Number(count) * (UNIT_MS[unit] ?? 60_000);
};

/** fauxqs refuses characters beyond the Basic Multilingual Plane, which SQS takes; escaped, they are the same JSON. */
const escapeAstral = (json: string): string =>
  json.replaceAll(/[\uD800-\uDFFF]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);

const createTarget = (
  logicalId: string,
  target: z.output<typeof targetSchema>,
  { sqs, queues, functions }: RuleTargets,
): ((event: unknown) => Promise<TargetResult>) => {
  const eventFor = (event: unknown): unknown => (target.Input === undefined ? event : JSON.parse(target.Input));
  const queue = queues.find(({ arn }) => arn === target.Arn);
  if (queue !== undefined) {
    const group = target.SqsParameters === undefined ? {} : { MessageGroupId: target.SqsParameters.MessageGroupId };
    return async (event) => {
      const MessageBody = escapeAstral(JSON.stringify(eventFor(event)));
      await sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody, ...group }));
      return { target: queue.name, ok: true };
    };
  }
  const local = functions.find(({ arn }) => arn === target.Arn);
  if (local === undefined) throw new LocalError(`${logicalId}: no queue or function has the ARN ${target.Arn}`);
  return async (event) => {
    const result = await local.invoke(eventFor(event));
    return result.ok
      ? { target: local.name, ok: true, result: JSON.parse(result.payload) }
      : { target: local.name, ok: false, error: `${result.error.errorType}: ${result.error.errorMessage}` };
  };
};

/** Reads a rule of the template; throws a LocalError for patterns, schedules and targets that do not run locally. */
export const createRule = (resource: ResolvedResource, targets: RuleTargets): LocalRule => {
  const { logicalId, type, name, identity } = resource;
  const rule = parseProperties(logicalId, type, ruleSchema, resource.properties);
  const deliverTo = rule.Targets.map((target) => createTarget(logicalId, target, targets));
  const matches = rule.EventPattern === undefined ? () => false : compileEventPattern(rule.EventPattern);
  return {
    name,
    arn: identity.attributes['Arn'] ?? '',
    // Buses are named by name or ARN.
    bus: rule.EventBusName.replace(/^.*event-bus\//, ''),
    enabled: rule.State === 'ENABLED',
    matches,
    ...(rule.ScheduleExpression !== undefined && { everyMs: intervalOf(rule.ScheduleExpression) }),
    deliver: (event) => Promise.all(deliverTo.map((deliver) => deliver(event))),
  };
};
