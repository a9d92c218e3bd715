import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFollowQueue } from '../../../shared/accounts/follow-queue.ts';
import { followTimerTarget } from '../../../shared/accounts/follow-timer-target.ts';
import { createRuleQueue } from '../../../shared/bot-rules/rule-queue.ts';
import { createBotQueue } from '../../../shared/bots/bot-queue.ts';
import { botTimerTarget } from '../../../shared/bots/bot-timer-target.ts';
import type { SqsClient, SqsMessage } from '../../../shared/platform/aws/sqs-client.ts';
import { deliveryIdOf } from '../../../shared/platform/ids.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { createSyncQueue } from '../../../shared/sync/sync-queue.ts';
import { timerAttributes } from '../../../shared/timers/timer-store.ts';
import { deliveryKey } from '../../../shared/webhooks/delivery-row.ts';
import { deliveryTimerTarget } from '../../../shared/webhooks/delivery-timer-target.ts';
import { trafficKey } from '../../../shared/webhooks/endpoint-traffic-row.ts';
import { createWebhookQueue } from '../../../shared/webhooks/webhook-queue.ts';

const project = 'proj_AAAAAAAAAAAAAAAA';
const calendar_id = 'cal_AAAAAAAAAAAAAAAA';
const webhook_id = 'webhook_AAAAAAAAAAAAAAAA';
const due_at = timestampOf(Date.UTC(2026, 10, 21));
const delivery_id = deliveryIdOf(webhook_id, 'key', due_at);
const clock = { now: () => Date.UTC(2026, 10, 21), stamp: () => due_at };

/** The groups of the messages that a producer sends. */
async function groupsOf(produce: (sqs: SqsClient) => Promise<void>): Promise<(string | undefined)[]> {
  const sent: SqsMessage[] = [];
  await produce({
    sendMessage: async (message) => void sent.push(message),
    sendMessageBatch: async ({ Entries }) => {
      sent.push(...Entries);
      return [];
    },
    changeMessageVisibility: async () => {},
  });
  return sent.map(({ MessageGroupId }) => MessageGroupId);
}

const timer = (key: { PK: string; SK: string }) => ({ ...key, due_at, stored_due_at: due_at, project_id: project });

/** Every message of a standard queue, by what sends it. */
const producers: Record<string, (sqs: SqsClient) => Promise<void>> = {
  'a bot': (sqs) => createBotQueue(sqs, 'q').sendAll([{ botId: 'bot_1', projectId: project, delaySeconds: 0 }]),
  'the bots of a calendar': (sqs) => createBotQueue(sqs, 'q').sendCalendar({ calendar_id, project_id: project }),
  'the timer of a bot': (sqs) =>
    botTimerTarget(createBotQueue(sqs, 'q'), clock).send([timer({ PK: 'BOT#bot_1', SK: 'BOT' })]),
  'changes that rules decide': (sqs) =>
    createRuleQueue(sqs, 'q').send([{ kind: 'changes', project_id: project, calendar_id, since: due_at }]),
  'a calendar that rules decide': (sqs) =>
    createRuleQueue(sqs, 'q').send([{ kind: 'calendar', project_id: project, calendar_id }]),
  'a project that rules decide': (sqs) =>
    createRuleQueue(sqs, 'q').send([{ kind: 'project', project_id: project, rules_at: due_at }]),
  'a meeting that rules decide': (sqs) =>
    createRuleQueue(sqs, 'q').send([{ kind: 'meeting', project_id: project, meeting_keys: ['zoom:1'] }]),
  'a bot that rules take into account': (sqs) =>
    createRuleQueue(sqs, 'q').send([{ kind: 'bot', project_id: project, bot_id: 'bot_1' }]),
  'a delivery': (sqs) =>
    createWebhookQueue(sqs, 'q').send([{ message: { kind: 'delivery', webhook_id, delivery_id }, projectId: project }]),
  'the timer of a delivery': (sqs) =>
    deliveryTimerTarget(createWebhookQueue(sqs, 'q'), clock).send([timer(deliveryKey(webhook_id, delivery_id))]),
  'the timer of a purge': (sqs) =>
    deliveryTimerTarget(createWebhookQueue(sqs, 'q'), clock).send([timer(trafficKey(webhook_id))]),
};

describe('A message of a standard queue has the group of its project, when it is', () => {
  it.each(Object.entries(producers))('%s', async (_name, produce) => {
    expect(await groupsOf(produce)).toEqual([project]);
  });
});

describe('Timers', () => {
  it.each(['bot', 'delivery'] as const)('of a %s name their project for the group of their message', (kind) => {
    expect(timerAttributes(kind, 'one', due_at, project)).toMatchObject({ project_id: project });
  });
});

describe('A message of a sync queue', () => {
  it('has the group of its calendar', async () => {
    const message = { calendar_id, trigger: 'push' as const };
    expect(await groupsOf((sqs) => createSyncQueue(sqs, 'q').send(message, 'one'))).toEqual([calendar_id]);
    expect(await groupsOf((sqs) => createSyncQueue(sqs, 'q').sendAll([{ message, deduplication: 'one' }]))).toEqual([
      calendar_id,
    ]);
  });
});

describe('A message of the follow queue', () => {
  it.each([
    ['organization', { PK: 'ORGANIZATION#orgc_1', SK: 'FOLLOWING' }, 'orgc_1'],
    ['account', { PK: 'ACCOUNT#acct_1', SK: 'SELECTION' }, 'acct_1'],
  ])('has the group of its %s', async (_kind, key, group) => {
    const send = (sqs: SqsClient) => followTimerTarget(createFollowQueue(sqs, 'q')).send([timer(key)]);
    expect(await groupsOf(send)).toEqual([group]);
  });
});

describe('The modules that send messages', () => {
  it('are those whose groups are tested here', () => {
    const root = join(import.meta.dirname, '../../..');
    const senders = ['shared', 'functions'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !file.includes('/aws/'))
        .filter((file) =>
          /\bsend(?:Message|MessageBatch|Entries|Delayed)\(/.test(readFileSync(join(root, folder, file), 'utf8')),
        )
        .map((file) => `${folder}/${file}`),
    );
    expect(senders.toSorted()).toEqual([
      'shared/accounts/follow-queue.ts',
      'shared/bot-rules/rule-queue.ts',
      'shared/bots/bot-queue.ts',
      'shared/platform/queue/send-delayed.ts',
      'shared/platform/queue/send-entries.ts',
      'shared/sync/sync-queue.ts',
      'shared/ticks/tick-queue.ts',
      'shared/webhooks/webhook-queue.ts',
    ]);
  });
});
