import * as z from 'zod';
import { detailOut, fieldErrorsOut, lookupErrorOut } from '../http/error-schemas.ts';
import { cursor, type Documents } from '../http/operation-document.ts';
import { listOut } from '../http/response-fields.ts';
import { botDecisionOut, explainedDecisionOut } from './bot-decision.api.ts';
import type { botRuleRoutes } from './bot-rule-routes.api.ts';
import { botRulesOut, botRulesRequest } from './bot-rules-fields.api.ts';

export const botRuleDocuments: Documents<typeof botRuleRoutes> = {
  getBotDecision: {
    summary: 'Read whether the rules give an event a bot, and why',
    tag: 'Bot rules',
    responses: { 200: explainedDecisionOut, 404: lookupErrorOut },
  },
  getBotRules: {
    summary: 'Read the rules that give events a bot automatically',
    tag: 'Bot rules',
    responses: { 200: botRulesOut },
  },
  putBotRules: {
    summary:
      'Replace all rules; the first rule that matches an event decides, and an event without a match gets no bot',
    tag: 'Bot rules',
    request: botRulesRequest,
    responses: { 200: botRulesOut, 400: z.union([fieldErrorsOut, detailOut]), 415: detailOut },
  },
  listBotDecisions: {
    summary: 'List what the stored rules decide for the events of the next 28 days, soonest first',
    tag: 'Bot rules',
    query: { cursor },
    responses: { 200: listOut(botDecisionOut), 404: detailOut },
  },
};
