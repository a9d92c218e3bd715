import { changeBotSettings } from '../../shared/actions/bots/change-bot-settings.ts';
import { type CreateBotDeps, createBot } from '../../shared/actions/bots/create-bot.ts';
import { deleteBot } from '../../shared/actions/bots/delete-bot.ts';
import { type FollowRunnerDeps, followRunner } from '../../shared/actions/bots/follow-runner.ts';
import { listBots } from '../../shared/actions/bots/list-bots.ts';
import { updateBot } from '../../shared/actions/bots/update-bot.ts';
import { readBotQuery } from '../../shared/http/bot-query.ts';
import type { Operations } from '../../shared/http/create-api.ts';
import { answerList } from '../../shared/http/list-answer.ts';
import { parseFields } from '../../shared/http/request-fields.ts';
import { createBotFields, reportBotStateFields, showBot, updateBotFields } from '../../shared/http/schemas/bot.ts';
import { showBotSettings, updateBotSettingsFields } from '../../shared/http/schemas/bot-settings.ts';
import { AppError } from '../../shared/platform/app-error.ts';
import type { Envelope } from '../../shared/platform/envelope.ts';
import { readBotSettings } from '../../shared/store/bot-settings-store.ts';
import { findBot } from '../../shared/store/bot-store.ts';
import type { UrlRules } from '../../shared/webhooks/egress/find-url-faults.ts';

export interface BotOperationsDeps extends FollowRunnerDeps, CreateBotDeps {
  envelope: Pick<Envelope, 'seal'>;
  signingSecret: string;
  urlRules: UrlRules;
}

/** Bots (contract A4), and how a project's are run. */
export function createBotOperations(deps: BotOperationsDeps) {
  const { table, signingSecret } = deps;
  const settingsFields = updateBotSettingsFields(deps.urlRules);
  return {
    createBot: async (request) => ({
      status: 201,
      body: showBot(await createBot(deps, request.projectId, parseFields(createBotFields, request.body()))),
    }),
    listBots: async (request) => {
      const filters = readBotQuery(request.query);
      return answerList(
        request,
        { secret: signingSecret, query: JSON.stringify(['bots', filters]) },
        (cursor) => listBots(table, request.projectId, filters, cursor),
        showBot,
      );
    },
    getBot: async ({ projectId, params }) => {
      const bot = await findBot(table, projectId, params.id ?? '');
      if (!bot) throw absent();
      return { status: 200, body: showBot(bot) };
    },
    updateBot: async (request) => {
      const { projectId, params } = request;
      // A bot that is absent is so whatever the body says.
      if (!(await findBot(table, projectId, params.id ?? ''))) throw absent();
      const bot = await updateBot(deps, projectId, params.id ?? '', parseFields(updateBotFields, request.body()));
      if (!bot) throw absent();
      return { status: 200, body: showBot(bot) };
    },
    deleteBot: async ({ projectId, params }) => {
      if (!(await deleteBot(deps, projectId, params.id ?? ''))) throw absent();
      return { status: 200 };
    },
    reportBotState: async (request) => {
      const { projectId, params } = request;
      const id = params.id ?? '';
      const known = await findBot(table, projectId, id);
      if (!known) throw absent();
      const { state, sub_type } = parseFields(reportBotStateFields, request.body());
      const event = { type: state, ...(sub_type && { sub_type }), created_at: deps.clock.stamp() };
      const bot = await followRunner(deps, projectId, id, { state, event });
      if (!bot) throw new AppError('invalid', { error: `Bot is in state ${known.state} and was not handed off yet` });
      return { status: 200, body: showBot(bot) };
    },
    getBotSettings: async ({ projectId }) => ({
      status: 200,
      body: showBotSettings(projectId, await readBotSettings(table, projectId)),
    }),
    updateBotSettings: async (request) => {
      const { projectId } = request;
      const settings = await changeBotSettings(deps, projectId, parseFields(settingsFields, request.body()));
      return { status: 200, body: showBotSettings(projectId, settings) };
    },
  } satisfies Operations;
}

const absent = (): AppError => new AppError('not_found', { error: 'Bot not found' });
