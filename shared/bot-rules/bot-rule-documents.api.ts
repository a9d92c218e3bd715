import type * as z from 'zod';
import { answerObject, type Component, choiceList, listObject, requestObject } from '../http/component.ts';
import { cursor, type Documents, limitParameter } from '../http/operation-document.ts';
import { listOut } from '../http/response-fields.ts';
import { botDecisionOut, explainedDecisionOut, ruleEvaluationOut } from './bot-decision.api.ts';
import { decisionReasons, ruleOutcomes } from './bot-decision.ts';
import type { botRuleRoutes } from './bot-rule-routes.api.ts';
import { conditionNames, organizerKinds, ruleActions } from './bot-rules.ts';
import { botRuleFields, botRuleOut, botRulesOut, botRulesRequest } from './bot-rules-fields.api.ts';

const decisionListOut = listOut(botDecisionOut);

const rulesExample: z.output<typeof botRulesOut> = {
  rules: [
    {
      name: 'sales calls',
      action: 'join',
      bot_name: 'Acme notes',
      platforms: ['zoom', 'google_meet'],
      has_external_attendees: true,
      organizer: null,
      accepted: null,
      minimum_attendees: null,
      title_matches: null,
      title_excludes: ['1:1'],
      calendars: null,
      event_type: null,
      visibility: null,
      busy: null,
      needs_answer: null,
    },
  ],
  internal_domains: ['acme.com'],
  updated_at: '2026-11-21T09:32:10.500000Z',
};

const decisionExample: z.output<typeof botDecisionOut> = {
  calendar_event_id: 'evt_4Hs8Kd0PqLmZx2Vb',
  calendar_id: 'cal_8Jk2nVx0QwErTy12',
  name: 'Planning',
  start_time: '2026-11-23T10:00:00Z',
  meeting_url: 'https://zoom.us/j/5551112222',
  decision: 'join',
  reason: 'rule_matched',
  rule: { index: 0, name: 'sales calls' },
  bot_name: 'Acme notes',
  duplicate_of: null,
};

export const botRuleDocuments: Documents<typeof botRuleRoutes> = {
  getBotDecision: {
    summary: 'Explain the decision for an event',
    description: 'Whether the rules give an event a bot, and the outcome of each rule.',
    tag: 'Bot rules',
    answer: {
      status: 200,
      description: 'The decision',
      schema: explainedDecisionOut,
      example: {
        ...decisionExample,
        rules: [
          { index: 0, name: 'sales calls', action: 'join', outcome: 'decides', failed: [], unknown: [] },
        ] satisfies z.output<typeof ruleEvaluationOut>[],
      },
    },
    errors: ['NotFound', 'Unreadable'],
  },
  getBotRules: {
    summary: 'Read the bot rules',
    description: 'The rules that give events of the project a bot automatically.',
    tag: 'Bot rules',
    answer: { status: 200, description: 'The rules', schema: botRulesOut, example: rulesExample },
    errors: ['Unreadable'],
  },
  putBotRules: {
    summary: 'Replace the bot rules',
    description:
      'The first rule that matches an event decides; an event without a match gets no bot. It counts as five requests.',
    tag: 'Bot rules',
    request: {
      schema: botRulesRequest,
      example: {
        rules: [
          {
            name: 'sales calls',
            action: 'join',
            bot_name: 'Acme notes',
            platforms: ['zoom', 'google_meet'],
            has_external_attendees: true,
            title_excludes: ['1:1'],
          },
        ],
        internal_domains: ['acme.com'],
      },
    },
    answer: { status: 200, description: 'The rules that are now in force', schema: botRulesOut, example: rulesExample },
    errors: ['Conflict'],
  },
  listBotDecisions: {
    summary: 'Preview the decisions',
    description: 'What the stored rules decide for the events of the next 28 days, the soonest first, 100 a page.',
    tag: 'Bot rules',
    query: { cursor, limit: limitParameter(100) },
    answer: {
      status: 200,
      description: 'A page of decisions',
      schema: decisionListOut,
      example: { next: null, previous: null, results: [decisionExample] },
    },
    errors: ['InvalidCursor', 'Unreadable'],
  },
};

const conditions = {
  platforms: 'The meeting is on one of these platforms',
  has_external_attendees: '`true`: at least one attendee is not internal; `false`: all are internal',
  organizer: 'Who organizes the event',
  accepted: '`true`: the owner of the calendar has accepted, or organizes; `false`: neither',
  minimum_attendees: 'At least so many people take part, organizer and owner included',
  title_matches: 'One of these patterns is in the title; `*` stands for any text',
  title_excludes: 'None of these patterns is in the title',
  calendars: 'The event is in one of these calendars, by id or deduplication key',
  event_type: 'The event is of one of these types',
  visibility: 'The event has one of these visibilities',
  busy: 'The event counts as one of these in the calendar of its owner',
  needs_answer: 'An invitation from outside must have been answered; by default `true` for `join`',
};
const rule = {
  name: 'Name of the rule, shown with its decisions',
  action: 'What happens to an event that fulfils all conditions',
  bot_name: 'Name of the bot in the meeting',
};
const decision = {
  calendar_event_id: 'The event',
  calendar_id: 'The calendar of the event',
  name: 'Title of the event',
  start_time: 'Start of the event, UTC',
  meeting_url: 'The link of the meeting; null without one',
  decision: '`skip`: no bot',
  reason: 'Why (docs/bot-rules.md)',
  rule: 'The rule that decided; null when no rule did',
  bot_name: 'Name of the bot; null without one',
  duplicate_of: 'The event of the same meeting that has the bot',
};

export const botRuleComponents: readonly Component[] = [
  answerObject('BotRule', botRuleOut, 'A rule. Null means that a condition is not set.', { ...rule, ...conditions }),
  answerObject('BotRules', botRulesOut, 'The bot rules of a project.', {
    rules: 'The rules; the first that matches an event decides',
    internal_domains: 'Mail domains of the organization, their subdomains included',
    updated_at: 'When the rules were replaced last, UTC. Null: the project never had rules',
  }),
  requestObject('BotRuleFields', botRuleFields, 'A rule. An event must fulfil all conditions that it has.', {
    ...rule,
    ...conditions,
  }),
  requestObject('ReplaceBotRules', botRulesRequest, 'All bot rules of the project.', {
    rules: 'The rules; the first that matches an event decides',
    internal_domains: 'Mail domains of the organization, their subdomains included',
  }),
  answerObject('BotDecision', botDecisionOut, 'What the rules decide for an event.', decision),
  answerObject('ExplainedBotDecision', explainedDecisionOut, 'What the rules decide for an event, and why.', {
    ...decision,
    rules: 'The outcome of each rule',
  }),
  answerObject('RuleEvaluation', ruleEvaluationOut, 'The outcome of a rule for an event.', {
    index: 'Place of the rule in the list, from 0',
    name: 'Name of the rule; null without one',
    action: 'What the rule does',
    outcome: 'Whether the rule decides',
    failed: 'Conditions that the event does not meet',
    unknown: 'Conditions that cannot be decided; they count against a bot',
  }),
  listObject('BotDecisionList', decisionListOut, 'A page of decisions.'),
  choiceList('RuleAction', ruleActions, 'Whether an event gets a bot.'),
  choiceList('RuleOutcome', ruleOutcomes, 'The outcome of a rule for an event.'),
  choiceList('RuleCondition', conditionNames, 'The name of a condition of a rule.'),
  choiceList('OrganizerKind', organizerKinds, 'Who organizes an event (docs/bot-rules.md).'),
  choiceList('DecisionReason', decisionReasons, 'Why an event gets a bot or gets none (docs/bot-rules.md).'),
];
