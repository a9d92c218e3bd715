import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { followOrganization } from '../organizations/follow-organization.ts';
import type { FollowDeps } from '../organizations/follow-part.ts';
import { organizationTimingMs } from '../platform/account-timing.ts';
import { AppError } from '../platform/app-error.ts';
import type { SqsClient } from '../platform/aws/sqs-client.ts';
import type { Logger } from '../platform/create-logger.ts';
import { workFifoBatch } from '../platform/queue/work-fifo-batch.ts';
import type { SelectionDeps } from './apply-selection.ts';
import { followAccount } from './follow-account.ts';
import { parseFollowMessage } from './follow-message.ts';

export interface FollowAccountsDeps {
  sqs: SqsClient;
  queueUrl: string;
  organizations: FollowDeps;
  selections: SelectionDeps;
  logger: Logger;
}

/** Works the follow queue. What is refused by a provider is no failure of a message: it is tried again with a timer. */
export const createFollowAccounts =
  ({ sqs, queueUrl, organizations, selections, logger }: FollowAccountsDeps) =>
  (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    logger.addContext(context);
    const remainingMs = (): number => context.getRemainingTimeInMillis();
    const work = async ({ body }: SQSEvent['Records'][number]): Promise<null> => {
      const message = parseFollowMessage(body);
      if (!message) throw new AppError('malformed_request', 'not a message of the follow queue');
      if (message.kind === 'account') {
        await followAccount(selections, message.account_id);
        return null;
      }
      await followOrganization(organizations, message, () => remainingMs() > organizationTimingMs.reserve);
      return null;
    };
    return workFifoBatch({ sqs, queueUrl, logger, remainingMs, work }, event);
  };
