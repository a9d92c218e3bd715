import type { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { AttemptDeps } from '../../shared/actions/deliver-webhook/deliver-deps.ts';
import { fanOutFact } from '../../shared/actions/fan-out-fact/fan-out-fact.ts';
import { parseFactMessage } from '../../shared/notifications/notification-message.ts';
import type { PostponeMessage } from '../../shared/platform/queue/postpone-message.ts';
import { workRecords } from '../../shared/platform/queue/work-records.ts';

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
