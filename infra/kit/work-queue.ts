import { Duration } from 'aws-cdk-lib';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { queueRetentionMs, visibilityTimeoutMs } from '../../shared/platform/timing.ts';
import type { Alarms } from './alarms.ts';
import { fixLogicalId } from './fix-logical-id.ts';
import { type Granted, type Needs, setVariable } from './granted.ts';
import type { KalendsFunction } from './kalends-function.ts';
import { metricPeriod } from './metric-period.ts';

/** `GoogleSync` → `Google_Sync`. */
type Words<Text extends string> = Text extends `${infer First}${infer Rest}`
  ? Rest extends Uncapitalize<Rest>
    ? `${First}${Words<Rest>}`
    : `${First}_${Words<Rest>}`
  : Text;
/** `BotQueue` → `BOT_QUEUE_URL`. */
type QueueVariable<Id extends string> = Id extends `${infer Name}Queue` ? `${Uppercase<Words<Name>>}_QUEUE_URL` : never;

export interface WorkQueueProps {
  alarms: Alarms;
  /** FIFO queues keep the order within a message group. */
  fifo?: boolean;
  /** Time-out of the function that works the queue. */
  workerTimeoutMs: number;
  deliveryDelay?: Duration;
  /** Who is hurt, and how, by a message in the dead-letter queue: the text of its alarm. */
  deadLetterImpact: string;
  /** Name by which the runbook explains the alarms of this queue and its like; default: the queue's own. */
  runbook?: string;
  /** The alarm that is on while the oldest message is older than `above`. */
  backlog: { errorImpact: string; above: Duration; periods?: number };
}

/** Receives before a message goes to the dead-letter queue. */
const maxReceiveCount = 12;

/** A queue with its dead-letter queue and the alarms of both. `id` names its variable: `BotQueue`, `BOT_QUEUE_URL`. */
export class WorkQueue<Id extends `${string}Queue` = `${string}Queue`> extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly #variable: QueueVariable<Id>;
  readonly #fifo: boolean;
  /** What may send to the queue, and what works it. */
  readonly #senders = new Set<object>();
  readonly #workers = new Set<object>();

  constructor(scope: Construct, id: Id, { fifo = false, ...props }: WorkQueueProps) {
    super(scope, id);
    const words = id.replace(/Queue$/, '').split(/(?<=[a-z])(?=[A-Z])/);
    this.#variable = `${words.join('_').toUpperCase()}_QUEUE_URL` as QueueVariable<Id>;
    this.#fifo = fifo;
    const both: QueueProps = {
      // SQS's own key. EventBridge could use a customer key only through that key's policy, and messages hold no secrets.
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      ...(fifo && {
        fifo: true,
        deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
        fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      }),
    };
    this.deadLetters = new Queue(this, 'DeadLetters', {
      ...both,
      retentionPeriod: Duration.millis(queueRetentionMs.deadLetters),
    });
    this.queue = new Queue(this, 'Queue', {
      ...both,
      ...(props.deliveryDelay && { deliveryDelay: props.deliveryDelay }),
      retentionPeriod: Duration.millis(queueRetentionMs.messages),
      visibilityTimeout: Duration.millis(visibilityTimeoutMs(props.workerTimeoutMs)),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount },
    });
    fixLogicalId(this.queue, id);
    fixLogicalId(this.deadLetters, `${id}DeadLetters`);
    this.#addAlarms(words.join('-').toLowerCase(), props);
  }

  /** Allows `fn` to send messages, one by one or in batches. */
  allowSend<Env>(fn: KalendsFunction<Env> & Needs<QueueVariable<Id>>): Record<QueueVariable<Id>, Granted> {
    this.queue.grant(fn, 'sqs:SendMessage');
    this.#senders.add(fn);
    if (this.#workers.has(fn)) fn.allowOwnMessages();
    return setVariable(this.#variable, this.queue.queueUrl);
  }

  /**
   * Lets `fn` work the queue: Lambda polls messages in batches for it, it reports the ones that failed, and it may
   * postpone a message. The library's event source would grant more than Lambda's poller needs.
   *
   * @throws Error for batches of more than ten from a FIFO queue, which Lambda refuses only at deployment
   */
  allowWork<Env>(
    fn: KalendsFunction<Env> & Needs<QueueVariable<Id>>,
    { batchSize, maxConcurrency }: { batchSize: number; maxConcurrency: number },
  ): Record<QueueVariable<Id>, Granted> {
    if (this.#fifo && batchSize > 10) throw new Error('A FIFO queue delivers at most ten messages in a batch.');
    this.#workers.add(fn);
    if (this.#senders.has(fn)) fn.allowOwnMessages();
    this.queue.grant(
      fn,
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
    );
    fn.lambda.addEventSourceMapping(this.node.id, {
      eventSourceArn: this.queue.queueArn,
      batchSize,
      maxConcurrency,
      reportBatchItemFailures: true,
    });
    return setVariable(this.#variable, this.queue.queueUrl);
  }

  #addAlarms(name: string, { alarms, deadLetterImpact, backlog, runbook = name }: Omit<WorkQueueProps, 'fifo'>): void {
    alarms.add(`${name}-dead-letters`, {
      errorImpact: deadLetterImpact,
      runbook: `${runbook}-dead-letters`,
      metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({ period: metricPeriod }),
      above: 0,
    });
    alarms.add(`${name}-backlog`, {
      ...backlog,
      runbook: `${runbook}-backlog`,
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period: metricPeriod }),
      above: backlog.above.toSeconds(),
    });
  }
}
