import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { collectCalls } from './collect-calls.ts';
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

/** The result of calling a target with an event. */
export type TargetResult = { target: string; ok: boolean; result?: unknown; error?: string };

export type LocalRule = {
  name: string;
  arn: string;
  bus: string;
  enabled: boolean;
  matches: (event: unknown) => boolean;
  /** Milliseconds between two runs of a schedule rule. */
  everyMs?: number;
  /** Calls every target with an event. Rejects only when a message cannot be sent. */
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

/** Escapes characters beyond the Basic Multilingual Plane: SQS accepts them, fauxqs does not. The JSON stays equal. */
const escapeAstral = (json: string): string =>
  json.replaceAll(/[\uD800-\uDFFF]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);

/** A target parameter that begins with `$.` is a path into the event: EventBridge puts the value there in its place. */
const valueAt = (parameter: string, event: unknown): string => {
  if (!parameter.startsWith('$.')) return parameter;
  const names = parameter.slice('$.'.length).split('.');
  const value = names.reduce<unknown>((one, name) => (one as Record<string, unknown> | undefined)?.[name], event);
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
};

const createTarget = (
  logicalId: string,
  target: z.output<typeof targetSchema>,
  { sqs, queues, functions }: RuleTargets,
): ((event: unknown) => Promise<TargetResult>) => {
  const eventFor = (event: unknown): unknown => (target.Input === undefined ? event : JSON.parse(target.Input));
  const queue = queues.find(({ arn }) => arn === target.Arn);
  if (queue !== undefined) {
    const group = target.SqsParameters?.MessageGroupId;
    const send = collectCalls<{ MessageBody: string; MessageGroupId: string | undefined }>(
      async (entries) => {
        const Entries = entries.map((entry, index) => ({ Id: String(index), ...entry }));
        const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries }));
        if (Failed[0]) throw new Error(`${queue.name} refused ${Failed.length} messages: ${Failed[0].Message}`);
      },
      ({ MessageBody }) => Buffer.byteLength(MessageBody),
    );
    return async (event) => {
      const MessageBody = escapeAstral(JSON.stringify(eventFor(event)));
      await send({ MessageBody, MessageGroupId: group && valueAt(group, event) });
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

/** Reads a rule of a template. Throws a LocalError for a pattern, schedule or target that does not run locally. */
export const createRule = (resource: ResolvedResource, targets: RuleTargets): LocalRule => {
  const { logicalId, type, name, identity } = resource;
  const rule = parseProperties(logicalId, type, ruleSchema, resource.properties);
  const deliverTo = rule.Targets.map((target) => createTarget(logicalId, target, targets));
  const matches = rule.EventPattern === undefined ? () => false : compileEventPattern(rule.EventPattern);
  return {
    name,
    arn: identity.attributes['Arn'] ?? '',
    // A bus is given by its name or by its ARN.
    bus: rule.EventBusName.replace(/^.*event-bus\//, ''),
    enabled: rule.State === 'ENABLED',
    matches,
    ...(rule.ScheduleExpression !== undefined && { everyMs: intervalOf(rule.ScheduleExpression) }),
    deliver: (event) => Promise.all(deliverTo.map((deliver) => deliver(event))),
  };
};
