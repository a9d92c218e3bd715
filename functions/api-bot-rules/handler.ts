import { botRuleRoutes } from '../../shared/bot-rules/bot-rule-routes.api.ts';
import { createBotRuleOperations } from '../../shared/bot-rules/bot-rules.api.ts';
import { createRuleQueue } from '../../shared/bot-rules/rule-queue.ts';
import { createApi } from '../../shared/http/create-api.ts';
import { createSqsClient } from '../../shared/platform/aws/sqs-client.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { openApi } from '../../shared/service/open-api.api.ts';
import { variables } from './env.ts';

const env = parseEnv(variables);
const { access, tools } = openApi(env);

export const handler = createApi(
  access,
  botRuleRoutes,
  createBotRuleOperations({
    ...tools,
    ruleQueue: createRuleQueue(createSqsClient(), env.RULE_QUEUE_URL),
    signingSecret: env.SIGNING_SECRET,
  }),
);
