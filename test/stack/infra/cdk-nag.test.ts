import type { App } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { createStack } from './synthesize-stack.ts';

const findings = (app: App): string[] =>
  new AwsSolutionsChecks(app)
    .validateScope(app)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`),
    );

describe('the AwsSolutions checks', () => {
  it('find nothing but what the constructs acknowledge with a reason', () => {
    expect(findings(createStack({ alarmEmail: 'operator@example.com' }).app)).toEqual([]);
  });

  it('find a queue without encryption that is not acknowledged', () => {
    const { app, stack } = createStack();
    new Queue(stack, 'Bare');
    expect(findings(app)).toEqual([
      'AwsSolutions-SQS3 Kalends/Bare/Resource',
      'AwsSolutions-SQS4 Kalends/Bare/Resource',
    ]);
  });
});
