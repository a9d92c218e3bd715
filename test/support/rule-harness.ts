import { compileEventPattern } from '../../local/runner/compile-event-pattern.ts';
import { applyBotRules } from '../../shared/bot-rules/apply-bot-rules.ts';
import type { BotRule } from '../../shared/bot-rules/bot-rules.ts';
import { handleRuleMessage } from '../../shared/bot-rules/handle-rule-message.ts';
import type { RuleDeps } from '../../shared/bot-rules/rule-deps.ts';
import { parseRuleMessage } from '../../shared/bot-rules/rule-message.ts';
import { createBot } from '../../shared/bots/create-bot.ts';
import { ofType, readResources } from '../stack/infra/synthesize-stack.ts';
import { createBotHarness } from './bot-harness.ts';
import type { TestStack } from './start-test-stack.ts';

const patterns = ofType(readResources(), 'AWS::Events::Rule')
  .filter(([id]) => id.includes('ToRules'))
  .map(([, { Properties }]) => compileEventPattern(Properties['EventPattern']));

/** No test has as many. */
const mostMessages = 2_000;

/** Bot rules in this process beside bots and sync: notifications become messages of the rule queue as the bus makes them. */
export function createRuleHarness(stack: TestStack, observe?: Parameters<typeof createBotHarness>[1]) {
  const bots = createBotHarness(stack, observe);
  const { deps, ruled, ruleQueue, notifications, projectId } = bots;
  const { now } = stack.local;
  const rules: RuleDeps = { ...deps, ruleQueue, retentionDays: 60 };
  let routed = 0;

  /** Turns new notifications into messages of the rule queue, by the rules of the template, as the bus does. */
  const route = (): void => {
    for (const payload of notifications.slice(routed)) {
      const detail = { project_id: projectId, has_bot_rules: true, payload };
      if (!patterns.some((matches) => matches({ source: 'kalends', 'detail-type': payload.trigger, detail }))) continue;
      const message = parseRuleMessage(JSON.stringify({ source: 'kalends', detail }));
      if (message && message !== 'nothing') ruled.push({ message, dueAt: now() });
    }
    routed = notifications.length;
  };

  const work = ({ message, attempt = 1 }: (typeof ruled)[number]): Promise<void> =>
    handleRuleMessage(rules, message, { attempt, remainingMs: () => 100_000 });

  return {
    ...bots,
    rules,
    route,
    work,
    /** Creates a bot as a user does; each call to the outside is counted. */
    create: (eventId: string) =>
      createBot({ ...rules, ...bots.asksForRules }, projectId, { calendar_event_id: eventId, bot_name: 'Recorder' }),
    put: (given: BotRule[], internal_domains: string[] = []) =>
      applyBotRules(rules, projectId, { rules: given, internal_domains, updated_at: deps.clock.stamp() }),
    /** Handles all messages, delayed ones too, and the messages that follow from them, which must come to an end. */
    decide: async (): Promise<void> => {
      for (let handled = 0; handled < mostMessages; handled += 1) {
        await bots.workBots();
        route();
        const entry = ruled.shift();
        if (!entry) return;
        await work(entry);
      }
      throw new Error(`rules do not come to rest: ${JSON.stringify(ruled.slice(0, 3))}`);
    },
  };
}
