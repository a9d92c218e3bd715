import { Duration } from 'aws-cdk-lib';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { KalendsFunction } from './kalends-function.ts';

export interface WorkQueueProps {
  fifo: boolean;
  /** Time-out of the function that works the queue; visibility is six times this, as AWS asks. */
  functionTimeout: Duration;
  deliveryDelay?: Duration;
  /** Receives before a message goes to the dead-letter queue. */
  maxReceiveCount: number;
  /** Who is hurt, and how, by a message in the dead-letter queue: the text of its alarm. */
  deadLetterImpact: string;
}

/** A dead letter of a standard queue keeps its age: this leaves a week or more to look at it. */
const retention = { queue: Duration.days(7), deadLetters: Duration.days(14) };

/** A queue with its dead-letter queue. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly deadLetterImpact: string;
  readonly #fifo: boolean;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    this.deadLetterImpact = props.deadLetterImpact;
    this.#fifo = props.fifo;
    const common: QueueProps = {
      // SQS's own key: EventBridge could use a customer key only by its key policy, and messages hold no credentials.
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      ...(props.fifo && {
        fifo: true,
        deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
        fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      }),
    };
    this.deadLetters = new Queue(this, 'DeadLetters', { ...common, retentionPeriod: retention.deadLetters });
    this.queue = new Queue(this, 'Queue', {
      ...common,
      ...(props.deliveryDelay && { deliveryDelay: props.deliveryDelay }),
      retentionPeriod: retention.queue,
      visibilityTimeout: Duration.seconds(props.functionTimeout.toSeconds() * 6),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.maxReceiveCount },
    });
  }

  /** `sender` puts messages, alone or in batches. */
  grantSend(sender: KalendsFunction): void {
    this.queue.grant(sender, 'sqs:SendMessage');
  }

  /**
   * `worker` takes messages in batches and reports the ones that failed; it may put a message back for later. The
   * mapping is our own rather than the library's event source, which grants more than Lambda's poller asks for.
   *
   * @throws Error for batches of more than ten from a FIFO queue, which Lambda refuses at deployment only
   */
  workedBy(
    worker: KalendsFunction,
    { batchSize, maxConcurrency }: { batchSize: number; maxConcurrency: number },
  ): void {
    if (this.#fifo && batchSize > 10) throw new Error('A FIFO queue hands out ten messages at most.');
    this.queue.grant(
      worker,
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
    );
    worker.lambda.addEventSourceMapping(this.node.id, {
      eventSourceArn: this.queue.queueArn,
      batchSize,
      maxConcurrency,
      reportBatchItemFailures: true,
    });
  }
}
