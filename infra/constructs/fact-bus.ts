import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { factSource, webhookTriggers } from '../../shared/domain/fact.ts';

/** The bus on which Kalends states what happened. Customers may add rules of their own. */
export class FactBus extends Construct {
  readonly bus: EventBus;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bus = new EventBus(this, 'Bus', { description: 'Kalends: facts about calendars, events and bots' });
  }

  get name(): string {
    return this.bus.eventBusName;
  }

  grantPublish(grantee: IGrantable): void {
    this.bus.grantPutEventsTo(grantee);
  }

  /** Facts that have a webhook trigger go to the webhook queue; what EventBridge cannot hand over goes to its dead letters. */
  announceTo(queue: Queue, deadLetters: Queue): void {
    new Rule(this, 'ToWebhooks', {
      eventBus: this.bus,
      eventPattern: { source: [factSource], detailType: [...webhookTriggers] },
      targets: [new SqsQueue(queue, { deadLetterQueue: deadLetters })],
    });
  }
}
