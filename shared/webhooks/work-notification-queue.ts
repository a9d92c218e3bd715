import type { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { parseFactMessage } from '../notifications/notification-message.ts';
import type { PostponeMessage } from '../platform/queue/postpone-message.ts';
import { workRecords } from '../platform/queue/work-records.ts';
import type { AttemptDeps } from './attempt-deps.ts';
import { fanOutFact } from './fan-out.ts';

export interface FanOutFactFunctionDeps extends AttemptDeps {
  postpone: PostponeMessage;
  logger: Pick<Logger, 'addContext' | 'error' | 'info' | 'warn'>;
}

/** Works the fact queue. */
export const createFanOutFact =
  (deps: FanOutFactFunctionDeps) =>
  (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    deps.logger.addContext(context);
    return workRecords({ ...deps, parse: parseFactMessage, work: (fact) => fanOutFact(deps, fact) }, event);
  };
