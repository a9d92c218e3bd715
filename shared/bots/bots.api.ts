import { readLimit } from '../http/limit-parameter.ts';
import { answerList } from '../http/list-answer.ts';
import { parseFields } from '../http/request-fields.ts';
import type { Operations } from '../http/routes.ts';
import { AppError } from '../platform/app-error.ts';
import type { Envelope } from '../platform/envelope.ts';
import type { ProjectLimiter } from '../projects/limit-project.ts';
import type { UrlRules } from '../webhooks/egress/find-url-faults.ts';
import { showBot } from './bot.api.ts';
import type { Bot } from './bot.ts';
import { readBotQuery } from './bot-query.api.ts';
import type { botRoutes } from './bot-routes.api.ts';
import { readBotSettings } from './bot-settings-store.ts';
import { findBot } from './bot-store.ts';
import type { CreateBotDeps } from './create-bot.ts';
import { deleteBot } from './delete-bot.ts';
import type { FollowRunnerDeps } from './follow-runner.ts';
import { takeSettings } from './runner-settings-fields.api.ts';
import type { UpdateBotSettingsDeps } from './update-bot-settings.ts';

/** Bots in a page. */
const usualPage = 25;

export interface BotOperationsDeps extends FollowRunnerDeps, CreateBotDeps {
  envelope: Pick<Envelope, 'seal'>;
  signingSecret: string;
  urlRules: UrlRules;
  syncCalendars: UpdateBotSettingsDeps['syncCalendars'];
  limiter: Pick<ProjectLimiter, 'use'>;
}

/** An operation loads what no other one needs: a cold start reads less than 350 kB. */
const loadSettings = () => import('./bot-settings.api.ts');
const loadFields = () => import('./bot-fields.api.ts');

/** Bots and bot settings (docs/api-compatibility.md#bots). */
export function createBotOperations(deps: BotOperationsDeps): Operations<typeof botRoutes> {
  const { table, signingSecret } = deps;
  return {
    createBot: async (request) => {
      const { createBotFields } = await loadFields();
      const { createBot } = await import('./create-bot.ts');
      const fields = takeSettings(parseFields(createBotFields, request.body()));
      await deps.limiter.use(request.projectId, 'bots_per_minute');
      return { status: 201, body: showBot(await createBot(deps, request.projectId, fields)) };
    },
    listBots: async (request) => {
      const filters = readBotQuery(request.query);
      const limit = readLimit(request.query, usualPage);
      const { listBots } = await import('./list-bots.ts');
      return answerList(
        request,
        { secret: signingSecret, query: JSON.stringify(['bots', filters]) },
        (cursor) => listBots(table, request.projectId, filters, cursor, limit),
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
      // An absent bot is 404, also when the body is invalid.
      if (!(await findBot(table, projectId, params.id ?? ''))) throw absent();
      const { updateBotFields } = await loadFields();
      const changes = takeSettings(parseFields(updateBotFields, request.body()));
      const { updateBot } = await import('./update-bot.ts');
      const bot = await updateBot(deps, projectId, params.id ?? '', changes);
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
      const { reportBotStateFields } = await loadFields();
      const { state, sub_type } = parseFields(reportBotStateFields, request.body());
      const event = { type: state, ...(sub_type && { sub_type }), created_at: deps.clock.stamp() };
      const { followRunner } = await import('./follow-runner.ts');
      const bot = await followRunner(deps, projectId, id, { state, event, from: 'client' });
      if (!bot) throw new AppError('refused', refusalOf(known));
      return { status: 200, body: showBot(bot) };
    },
    getBotSettings: async ({ projectId }) => {
      const { showBotSettings } = await loadSettings();
      return { status: 200, body: showBotSettings(projectId, await readBotSettings(table, projectId)) };
    },
    updateBotSettings: async (request) => {
      const { projectId } = request;
      const { showBotSettings, updateBotSettingsFields } = await loadSettings();
      const { updateBotSettings } = await import('./update-bot-settings.ts');
      const changes = parseFields(updateBotSettingsFields(deps.urlRules), request.body());
      // Each change lists calendars again.
      if (changes.meeting_hosts !== undefined) await deps.limiter.use(projectId, 'window_changes_per_minute');
      const settings = await updateBotSettings(deps, projectId, changes);
      return { status: 200, body: showBotSettings(projectId, settings) };
    },
  };
}

const refusalOf = (bot: Bot): string =>
  bot.hand_off?.runner === 'attendee'
    ? 'Bot is run by an Attendee server, which reports its state'
    : `Bot is in state ${bot.state} and was not handed off yet`;
const absent = (): AppError => new AppError('not_found', 'Bot not found');
