import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chargesOfOne, monthOf, profiles, totalOf } from '../../../local/cost/cost-model.ts';
import { renderCosts } from '../../../local/cost/render-costs.ts';
import { countStanding } from '../../../local/cost/standing-costs.ts';
import { readResources } from './synthesize-stack.ts';

const standing = countStanding({ Resources: readResources() });
const [idle, typical, busy] = profiles;

describe('what the stack costs', () => {
  it('is written in docs/cost.md as it is computed (npm run -s cost -- --write)', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/cost.md'), 'utf8');
    expect(page.split('-->')[1]?.trim()).toBe(renderCosts(standing));
  });

  it('is at most five dollars a month without calendars', () => {
    expect(totalOf(monthOf(idle, 0, standing))).toBeLessThanOrEqual(5);
  });

  it('is at most 1.5 cents for a typical calendar of a hundred thousand', () => {
    expect(totalOf(monthOf(typical, 100_000, standing)) / 100_000).toBeLessThanOrEqual(0.015);
  });

  it('grows with the calendars and with what they change', () => {
    const each = (profile: (typeof profiles)[number], calendars: number) =>
      totalOf(monthOf(profile, calendars, standing)) / calendars;
    expect(each(idle, 100_000)).toBeLessThan(each(typical, 100_000));
    expect(each(typical, 100_000)).toBeLessThan(each(busy, 100_000));
    // Free tiers count for more where there are few calendars.
    expect(each(busy, 1_000)).toBeLessThan(each(busy, 100_000));
    expect(totalOf(chargesOfOne('firstSync', standing))).toBeGreaterThan(0.001);
  });
});

describe('what stands', () => {
  it('counts each metric of an alarm, and polled queues by their kind', () => {
    const queue = (isFifo: boolean) => ({ Type: 'AWS::SQS::Queue', Properties: { FifoQueue: isFifo } });
    const mapping = (name: string) => ({
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { EventSourceArn: { 'Fn::GetAtt': [name, 'Arn'] } },
    });
    const Metrics = [{ Expression: 'a + b' }, { MetricStat: {} }, { MetricStat: {} }];
    expect(
      countStanding({
        Resources: {
          Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: 'Errors' } },
          Sum: { Type: 'AWS::CloudWatch::Alarm', Properties: { Metrics } },
          Fifo: queue(true),
          Standard: queue(false),
          One: mapping('Fifo'),
          Two: mapping('Standard'),
          Three: mapping('Standard'),
          Key: { Type: 'AWS::KMS::Key' },
          Sync: {
            Type: 'AWS::Lambda::Function',
            Properties: { MemorySize: 512 },
            Metadata: { 'kalends:function': 'sync-calendar' },
          },
        },
      }),
    ).toEqual({
      alarmMetrics: 3,
      dashboards: 0,
      keys: 1,
      secrets: 0,
      fifoMappings: 1,
      standardMappings: 2,
      megabytes: { 'sync-calendar': 512 },
    });
  });
});
