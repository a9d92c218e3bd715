import { botTimingMs } from '../../platform/bot-timing.ts';
import { createSafeRequest, type SafeRequestOptions } from '../../webhooks/egress/request-safely.ts';
import { createPostWebhook } from '../../webhooks/post-webhook.ts';
import type { RunnerKind } from '../bot.ts';
import { type AttendeeRunnerDeps, createAttendeeRunner } from './attendee-runner.ts';
import type { BotRunner } from './bot-runner.ts';
import { createEventBridgeRunner } from './event-bridge-runner.ts';
import { createWebhookRunner, type WebhookRunnerDeps } from './webhook-runner.ts';

/** The answer of an Attendee server about a bot has a few thousand characters. */
const botAnswer = { bytes: 262_144, characters: 262_144 };

type RunnersDeps = Omit<SafeRequestOptions, 'timeoutMs'> &
  Omit<AttendeeRunnerDeps, 'request'> &
  Omit<WebhookRunnerDeps, 'post'> &
  Parameters<typeof createEventBridgeRunner>[0];

/** All runners. */
export function createRunners(deps: RunnersDeps): Record<RunnerKind, BotRunner> {
  const options = {
    allowLoopback: deps.allowLoopback,
    ports: deps.ports,
    resolve: deps.resolve,
    timeoutMs: botTimingMs.runnerAnswer,
  };
  return {
    eventbridge: createEventBridgeRunner(deps),
    webhook: createWebhookRunner({ ...deps, post: createPostWebhook(options) }),
    attendee: createAttendeeRunner({ ...deps, request: createSafeRequest(options, botAnswer) }),
  };
}
