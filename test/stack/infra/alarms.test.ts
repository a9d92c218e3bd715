import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ofType, type Resources, readResources, spell } from './synthesize-stack.ts';

const resources = readResources({ alarmEmail: 'operator@example.com' });
const alarmSchema = z.looseObject({
  AlarmDescription: z.string(),
  AlarmActions: z.array(z.object({ Ref: z.string() })),
  OKActions: z.array(z.object({ Ref: z.string() })),
  TreatMissingData: z.string(),
});
const alarms = ofType(resources, 'AWS::CloudWatch::Alarm').map(([id, { Properties }]) => ({
  name: id.replace(/^Alarms(.*)[0-9A-F]{8}$/, '$1'),
  ...alarmSchema.parse(Properties),
}));

/** The `## Heading` sections of the runbook, by anchor. */
const runbook = new Map(
  readFileSync(join(import.meta.dirname, '../../../docs/runbook.md'), 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')).trim().toLowerCase().replaceAll(' ', '-'), section]),
);
const anchorOf = (description: string): string => /docs\/runbook\.md#([a-z-]+)$/.exec(description)?.[1] ?? '';

describe('alarms', () => {
  it('are exactly these', () => {
    expect(alarms.map(({ name }) => name).sort()).toEqual(
      [
        'apiservererrors',
        'googlesyncdeadletters',
        'microsoftsyncdeadletters',
        'operatorrefused',
        'clientrefused',
        'calendarsstale',
        'googlesyncbacklog',
        'microsoftsyncbacklog',
        'notificationdeadletters',
        'notificationbacklog',
        'webhookdeadletters',
        'botdeadletters',
        'botbacklog',
        'ruledeadletters',
        'rulebacklog',
        'followdeadletters',
        'followbacklog',
        'webhooksexhausted',
        'webhookbacklog',
        'dispatchduestopped',
        // The failures of other functions are 5xx answers, or messages that wait or end among the dead letters.
        'dispatchdueerrors',
        'tablethrottles',
        'unreadablerows',
        'keyquota',
        'functionthrottles',
      ].sort(),
    );
  });

  it.each(alarms)(
    '$name says in a sentence who is hurt and links to its entry in the runbook',
    ({ AlarmDescription }) => {
      const [impact = ''] = AlarmDescription.split(' Runbook: ');
      expect(impact).toMatch(/^[A-Z].{20,}\.$/);
      expect([...runbook.keys()]).toContain(anchorOf(AlarmDescription));
    },
  );

  it.each(alarms)('$name notifies the topic when it goes on and when it goes off', ({ AlarmActions, OKActions }) => {
    const [topic] = ofType(resources, 'AWS::SNS::Topic');
    expect([AlarmActions, OKActions]).toEqual([[{ Ref: topic?.[0] }], [{ Ref: topic?.[0] }]]);
  });

  it('turn off without data, except the alarm of the dispatcher', () => {
    const alarmed = alarms.filter(({ TreatMissingData }) => TreatMissingData !== 'notBreaching');
    expect(alarmed.map(({ name, TreatMissingData }) => [name, TreatMissingData])).toEqual([
      ['dispatchduestopped', 'breaching'],
    ]);
  });

  it('are mailed to the address in the settings, and not mailed without one', () => {
    const addresses = (stack: Resources) =>
      ofType(stack, 'AWS::SNS::Subscription').map(([, { Properties }]) => Properties['Endpoint']);
    expect(addresses(resources)).toEqual(['operator@example.com']);
    expect(addresses(readResources())).toEqual([]);
  });

  it('may use the key that encrypts their topic', () => {
    const [topic] = ofType(resources, 'AWS::SNS::Topic');
    const [key] = ofType(resources, 'AWS::KMS::Key');
    expect(spell(topic?.[1].Properties['KmsMasterKeyId'])).toBe(key?.[0]);
    for (const policy of [
      key?.[1].Properties['KeyPolicy'],
      ofType(resources, 'AWS::SNS::TopicPolicy')[0]?.[1].Properties,
    ]) {
      expect(JSON.stringify(policy)).toContain('{"Service":"cloudwatch.amazonaws.com"}');
    }
  });
});

describe('the runbook', () => {
  it.each([...runbook])('has a description, an investigation and a resolution for %s', (_anchor, section) => {
    const parts = [...section.matchAll(/^\*\*(\w+)\.\*\* .{40,}/gm)].map(([, part]) => part);
    expect(parts).toEqual(['Description', 'Investigation', 'Resolution']);
  });

  it('has no entry for an alarm that does not exist', () => {
    const linked = new Set(alarms.map(({ AlarmDescription }) => anchorOf(AlarmDescription)));
    expect([...runbook.keys()].filter((anchor) => !linked.has(anchor))).toEqual([]);
  });
});

describe('the dashboard', () => {
  it('has its sections in the order of the flow', () => {
    const [dashboard] = ofType(resources, 'AWS::CloudWatch::Dashboard');
    const text = spell(dashboard?.[1].Properties['DashboardBody']);
    const sections = [...text.matchAll(/"markdown":"## ([^"]*)"/g)].map(([, title]) => title);
    expect(sections).toEqual([
      'API',
      'Provider push',
      'Sync queues → sync-calendar',
      'Table and key',
      'Notifications → notification queue → fan-out-notification',
      'Webhook queue → deliver-webhook',
      'Bot queue → hand-off-bot',
      'Notifications → rule queue → decide-bots',
      'Follow queue → follow-accounts',
      'Every minute → dispatch-due',
    ]);
  });
});
