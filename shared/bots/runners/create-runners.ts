import { createSafeRequest, type SafeRequestOptions } from '../../webhooks/egress/request-safely.ts';
import { createPostWebhook } from '../../webhooks/post-webhook.ts';
import type { RunnerKind } from '../bot.ts';
import { type AttendeeRunnerDeps, createAttendeeRunner } from './attendee-runner.ts';
import type { BotRunner } from './bot-runner.ts';
import { createEventBridgeRunner } from './event-bridge-runner.ts';
import { createWebhookRunner, type WebhookRunnerDeps } from './webhook-runner.ts';

/** What a runner may take for an answer: five calls of it at most, within what a function has for them. */
const timeoutMs = 7_000;

/** A bot as an Attendee server shows it is a few thousand characters long. */
const botAnswer = { bytes: 262_144, characters: 262_144 };

type RunnersDeps = Omit<SafeRequestOptions, 'timeoutMs'> &
  Omit<AttendeeRunnerDeps, 'request'> &
  Omit<WebhookRunnerDeps, 'post'> &
  Parameters<typeof createEventBridgeRunner>[0];

/** Every runner there is. */
export function createRunners(deps: RunnersDeps): Record<RunnerKind, BotRunner> {
  const options = { allowLoopback: deps.allowLoopback, ports: deps.ports, resolve: deps.resolve, timeoutMs };
  return {
    eventbridge: createEventBridgeRunner(deps),
    webhook: createWebhookRunner({ ...deps, post: createPostWebhook(options) }),
    attendee: createAttendeeRunner({ ...deps, request: createSafeRequest(options, botAnswer) }),
  };
}
