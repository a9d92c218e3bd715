import type { SqsClient } from '../platform/aws/sqs-client.ts';
import { sendEntries } from '../platform/queue/send-entries.ts';
import type { FollowMessage } from './follow-message.ts';

export interface FollowQueue {
  /**
   * Up to ten messages take one request. Those of one organization are worked one at a time, in order.
   *
   * @param entries `deduplication`: two messages of an organization with the same text within five minutes are one
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
        MessageGroupId: message.organization_id,
        // The group is part of it: not every engine scopes deduplication to the group.
        MessageDeduplicationId: `${message.organization_id}:${deduplication}`,
      })),
    ),
});
