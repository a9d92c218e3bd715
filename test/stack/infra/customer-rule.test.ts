import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { readDocBlock } from '../../support/read-doc-block.ts';
import { createStack } from './synthesize-stack.ts';

const root = join(import.meta.dirname, '../../..');

/** Synthesizes the stack that docs/events.md shows, unchanged, in a separate process. */
function synthesizeDocumentedStack(props: object): Template {
  const program = `${readDocBlock('events.md', 'lost-calendars-stack.ts')}
    const { App } = await import('aws-cdk-lib');
    const app = new App();
    new LostCalendarsStack(app, 'LostCalendars', ${JSON.stringify(props)});
    console.log(JSON.stringify(app.synth().getStackByName('LostCalendars').template));`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module-typescript', '--eval', program],
    { cwd: root, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return Template.fromJSON(JSON.parse(stdout));
}

describe("a customer's own rule on the bus", () => {
  it('finds the bus in the outputs of the stack', () => {
    const template = Template.fromStack(createStack().stack);
    const [bus = ''] = Object.keys(template.findResources('AWS::Events::EventBus'));
    expect(template.findOutputs('*')).toMatchObject({
      EventBusName: { Value: { Ref: bus } },
      EventBusArn: { Value: { 'Fn::GetAtt': [bus, 'Arn'] } },
    });
  });

  it('is synthesized by the documented stack, with the documented pattern', () => {
    const pattern = JSON.parse(readDocBlock('events.md', 'pattern'));
    const [projectId] = pattern.detail.project_id;
    const template = synthesizeDocumentedStack({ eventBusName: 'kalends-notifications', projectId });
    const rules = Object.values(template.findResources('AWS::Events::Rule'));
    expect(rules).toMatchObject([{ Properties: { EventBusName: 'kalends-notifications', EventPattern: pattern } }]);
    // EventBridge may send to the queue and to its dead-letter queue.
    expect(Object.keys(template.findResources('AWS::SQS::QueuePolicy'))).toHaveLength(2);
  });
});
