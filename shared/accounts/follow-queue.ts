import type { SqsClient } from '../platform/aws/sqs-client.ts';
import { sendEntries } from '../platform/queue/send-entries.ts';
import type { FollowMessage } from './follow-message.ts';

export interface FollowQueue {
  /**
   * Up to ten messages take one request. Those of one organization or account are worked one at a time, in order.
   *
   * @param entries `deduplication`: two messages of a group with the same text within five minutes are one
   * @throws when any of them was not taken
   */
  sendAll(entries: { message: FollowMessage; deduplication: string }[]): Promise<void>;
}

export const createFollowQueue = (sqs: SqsClient, queueUrl: string): FollowQueue => ({
  sendAll: (entries) =>
    sendEntries(
      sqs,
      queueUrl,
      entries.map(({ message, deduplication }) => ({
        MessageBody: JSON.stringify(message),
        MessageGroupId: groupOf(message),
        // The group is part of it: not every engine scopes deduplication to the group.
        MessageDeduplicationId: `${groupOf(message)}:${deduplication}`,
      })),
    ),
});

const groupOf = (message: FollowMessage): string =>
  message.kind === 'account' ? message.account_id : message.organization_id;
