import type { buildApp } from 'fauxqs';

type App = ReturnType<typeof buildApp>;
type Store = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>['sqsStore'];
type Queue = ReturnType<Store['createQueue']>;
type Message = Queue['messages'][number];

/** Carries the group of a message through fauxqs, which drops it where the queue is no FIFO queue. */
const carrier = 'kalends-runner-group';

/** What is read of SendMessage, and of an entry of SendMessageBatch. */
interface SentMessage {
  MessageGroupId?: string;
  MessageAttributes?: Record<string, object>;
}

const carryGroup = (message: SentMessage): void => {
  if (message.MessageGroupId === undefined) return;
  const attribute = { DataType: 'String', StringValue: message.MessageGroupId };
  message.MessageAttributes = { ...message.MessageAttributes, [carrier]: attribute };
};

/**
 * Orders messages as a fair queue delivers them: those of groups with few messages in work come first, and groups take
 * turns (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html).
 *
 * @param inWork messages in work of each group; messages without a group are one group
 */
const orderFairly = <Sent extends { messageGroupId?: string | undefined }>(
  messages: readonly Sent[],
  inWork: ReadonlyMap<string | undefined, number>,
): Sent[] => {
  const turns = new Map(inWork);
  const ranked = messages.map((message) => {
    const turn = turns.get(message.messageGroupId) ?? 0;
    turns.set(message.messageGroupId, turn + 1);
    return { message, turn };
  });
  return ranked.toSorted((one, other) => one.turn - other.turn).map(({ message }) => message);
};

/** Makes the standard queues of fauxqs fair queues. Call it before the app listens and before it has queues. */
export const makeQueuesFair = (app: App, store: Store): void => {
  app.addHook('preHandler', (request, _reply, done) => {
    const body = request.body as (SentMessage & { Entries?: SentMessage[]; QueueUrl?: string }) | undefined;
    if (typeof body?.QueueUrl === 'string' && store.getQueue(body.QueueUrl)?.isFifo() === false) {
      for (const message of [body, ...(body.Entries ?? [])]) carryGroup(message);
    }
    done();
  });
  const make = (queue: Queue): Queue => {
    if (queue.isFifo()) return queue;
    const [enqueue, dequeue] = [queue.enqueue.bind(queue), queue.dequeue.bind(queue)];
    queue.enqueue = (message: Message) => {
      const { [carrier]: group, ...attributes } = message.messageAttributes;
      if (group?.StringValue !== undefined) {
        Object.assign(message, { messageGroupId: group.StringValue, messageAttributes: attributes });
        Object.assign(message, { md5OfMessageAttributes: '' });
      }
      enqueue(message);
    };
    queue.dequeue = (...count) => {
      queue.processTimers();
      const groups = Map.groupBy(queue.inflightMessages.values(), ({ message }) => message.messageGroupId);
      queue.messages = orderFairly(queue.messages, new Map([...groups].map(([group, own]) => [group, own.length])));
      return dequeue(...count);
    };
    return queue;
  };
  const create = store.createQueue.bind(store);
  store.createQueue = (...properties) => make(create(...properties));
  for (const queue of store.allQueues()) make(queue);
};
