import type { FunctionRoutes } from '../http/routes.ts';

export const botRuleRoutes = {
  function: 'api-bot-rules',
  auth: 'api_key',
  operations: {
    getBotDecision: 'GET /api/v1/calendar_events/{id}/bot_decision',
    getBotRules: 'GET /api/v1/bot_rules',
    putBotRules: 'PUT /api/v1/bot_rules',
    listBotDecisions: 'GET /api/v1/bot_rules/dry_run',
  },
  query: { listBotDecisions: ['cursor', 'limit'] },
} as const satisfies FunctionRoutes;
