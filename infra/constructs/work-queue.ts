import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource, type SqsEventSourceProps } from 'aws-cdk-lib/aws-lambda-event-sources';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface WorkQueueProps {
  fifo: boolean;
  /** Time-out of the function that works the queue; visibility is six times this, as AWS asks. */
  functionTimeout: Duration;
  deliveryDelay?: Duration;
  /** Receives before a message goes to the dead-letter queue. */
  maxReceiveCount: number;
}

/** A queue with its dead-letter queue. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    const common: QueueProps = {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      ...(props.fifo && {
        fifo: true,
        deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
        fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      }),
    };
    this.deadLetters = new Queue(this, 'DeadLetters', common);
    this.queue = new Queue(this, 'Queue', {
      ...common,
      ...(props.deliveryDelay && { deliveryDelay: props.deliveryDelay }),
      visibilityTimeout: Duration.seconds(props.functionTimeout.toSeconds() * 6),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.maxReceiveCount },
    });
  }

  /** `worker` takes messages in batches and reports the ones that failed; it may put a message back for later. */
  workedBy(worker: IFunction, options: Pick<SqsEventSourceProps, 'batchSize' | 'maxConcurrency'>): void {
    worker.addEventSource(new SqsEventSource(this.queue, { ...options, reportBatchItemFailures: true }));
    this.queue.grant(worker, 'sqs:ChangeMessageVisibility');
  }
}
