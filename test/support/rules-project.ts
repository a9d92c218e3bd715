import type { BotRule } from '../../shared/bot-rules/bot-rules.ts';
import { putBotRules } from '../../shared/bot-rules/bot-rules-store.ts';
import { createClock } from '../../shared/platform/clock.ts';
import { createProject } from '../../shared/projects/create-project.ts';
import type { Table } from '../../shared/store/table.ts';
import type { ApiClient } from './api-client.ts';

export const rulesPath = '/api/v1/bot_rules';

interface ListedDecision {
  calendar_event_id: string;
  start_time: string;
  decision: string;
  reason: string;
  rule: { index: number; name: string | null } | null;
  duplicate_of: string | null;
}
export interface DecisionPage {
  next: string | null;
  previous: string | null;
  results: ListedDecision[];
}

/** A new project with the requests about its bot rules. */
export async function createRulesProject(api: ApiClient, table: Table) {
  const { projectId, apiKey } = await createProject({ table, clock: createClock() }, 'rules');
  const call = async (method: string, target: string, json?: unknown) => {
    const { status, body } = await api.call(method, target, { apiKey, ...(json !== undefined && { json }) });
    return { status, body };
  };
  const page = async (target = `${rulesPath}/dry_run`): Promise<DecisionPage> => {
    const { body } = await api.call<DecisionPage>('GET', target, { apiKey });
    return body;
  };
  return {
    projectId,
    call,
    page,
    put: (rules: object[], more: object = {}) => call('PUT', rulesPath, { rules, ...more }),
    /** As `put`, but without applying the rules. */
    store: (rules: BotRule[], { internal_domains = [] as string[] } = {}) =>
      putBotRules(table, projectId, { rules, internal_domains, updated_at: createClock().stamp() }),
    dryRun: async () => (await page()).results,
    decisionOf: async ({ id }: { id: string }) =>
      (await call('GET', `/api/v1/calendar_events/${id}/bot_decision`)).body,
  };
}
