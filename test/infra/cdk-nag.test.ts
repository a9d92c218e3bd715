import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { createStack } from './synthesize-stack.ts';

describe('AwsSolutions', () => {
  it('finds nothing that the constructs do not acknowledge with a reason', () => {
    const { app } = createStack({ alarmEmail: 'operator@example.com' });
    const checks = new AwsSolutionsChecks(app);
    const report = checks.validateScope(app);
    const findings = report.violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(
        ({ constructPath, resourceLogicalId }) => `${ruleName} ${constructPath ?? resourceLogicalId}`,
      ),
    );
    expect(findings).toEqual([]);
    void Validations;
  });
});
