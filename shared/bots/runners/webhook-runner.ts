import type { Clock } from '../../platform/clock.ts';
import type { Envelope } from '../../platform/envelope.ts';
import { isSubscribed, type Webhook } from '../../webhooks/endpoint.ts';
import { openSecrets } from '../../webhooks/open-secrets.ts';
import type { PostWebhook } from '../../webhooks/post-webhook.ts';
import { encodeWebhook, signWebhook } from '../../webhooks/sign.ts';
import type { BotRunner } from './bot-runner.ts';
import { noAnswer, RunnerError } from './runner-error.ts';

export interface WebhookRunnerDeps {
  listWebhooks(projectId: string): Promise<Webhook[]>;
  envelope: Pick<Envelope, 'open'>;
  post: PostWebhook;
  /** `User-Agent`, with the version of Kalends. */
  userAgent: string;
  clock: Clock;
}

/**
 * Sends `bot.due` to the project's endpoints that want it, signed as any webhook (docs/verify-webhooks.md). It does not
 * go through the webhook queue, whose retries take days: a hand-off is accepted within minutes, or the bot has failed.
 * One endpoint that accepts it is enough; several that accept it are one runner, by the hand-off's id.
 */
export const createWebhookRunner = (deps: WebhookRunnerDeps): BotRunner => ({
  dispatch: async ({ notification: { project_id: projectId, payload } }, ended) => {
    const endpoints = (await deps.listWebhooks(projectId)).filter(
      (webhook) => webhook.is_active && isSubscribed(webhook, payload),
    );
    if (endpoints.length === 0) throw new RunnerError('no_webhook_wants_bot_due');
    const body = encodeWebhook(payload);
    const codes = await Promise.all(
      endpoints.map(async (webhook) => {
        const signed = { id: payload.idempotency_key, now: deps.clock.now(), body };
        const signatures = signWebhook(signed, await openSecrets(deps, webhook));
        const headers = { 'content-type': 'application/json', 'user-agent': deps.userAgent, ...signatures };
        const { status, error } = await deps.post(webhook.url, headers, body, ended);
        if (status !== null) return status >= 200 && status < 300 ? null : `webhook_answered_${status}`;
        return noAnswer('webhook', error);
      }),
    );
    if (!codes.includes(null)) throw new RunnerError(codes[0] ?? 'webhook_unknown');
    return {};
  },
});
