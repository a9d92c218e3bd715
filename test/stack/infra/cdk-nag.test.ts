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
  it('find nothing that the constructs do not acknowledge with a reason', () => {
    expect(findings(createStack({ alarmEmail: 'operator@example.com' }).app)).toEqual([]);
  });

  it('do find what nobody acknowledged', () => {
    const { app, stack } = createStack();
    new Queue(stack, 'Bare');
    expect(findings(app)).toEqual([
      'AwsSolutions-SQS3 Kalends/Bare/Resource',
      'AwsSolutions-SQS4 Kalends/Bare/Resource',
    ]);
  });
});
