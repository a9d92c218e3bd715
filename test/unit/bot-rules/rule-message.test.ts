import { describe, expect, it } from 'vitest';
import { parseRuleMessage, type RuleMessage } from '../../../shared/bot-rules/rule-message.ts';
import { createRuleQueue } from '../../../shared/bot-rules/rule-queue.ts';
import type { RefusedEntry, SqsClient } from '../../../shared/platform/aws/sqs-client.ts';

const names = { idempotency_key: 'k', calendar_deduplication_key: null, calendar_metadata: null };
const notification = (trigger: string, data: object, more: object = {}) =>
  parseRuleMessage(
    JSON.stringify({
      source: 'kalends',
      detail: {
        version: '1',
        project_id: 'proj_1',
        payload: { ...names, calendar_id: 'cal_1', trigger, data, ...more },
      },
    }),
  );
const ofBot = (data: object) => notification('bot.state_change', data, { bot_id: 'bot_1' });

describe('a notification makes the rules reconcile', () => {
  it('the events that a sync has changed', () => {
    expect(notification('calendar.events_update', { since: '2026-05-04T10:00:00Z', state: 'connected' })).toEqual({
      kind: 'changes',
      project_id: 'proj_1',
      calendar_id: 'cal_1',
      since: '2026-05-04T10:00:00Z',
    });
  });

  it('a calendar that is connected again', () => {
    const calendar = { kind: 'calendar', project_id: 'proj_1', calendar_id: 'cal_1' };
    expect(notification('calendar.state_change', { state: 'connected' })).toEqual(calendar);
    expect(notification('calendar.state_change', { state: 'disconnected' })).toBe('nothing');
  });

  it('the meeting of a removed bot, and the event of a restored one', () => {
    expect(ofBot({ event_type: 'removed', event_metadata: { meeting: 'zoom:1@x' } })).toEqual({
      kind: 'meeting',
      project_id: 'proj_1',
      meeting_keys: ['zoom:1@x'],
      calendar_id: 'cal_1',
    });
    const two = { meeting: 'zoom:1@x', other_meetings: ['ical:y@x'] };
    expect(ofBot({ event_type: 'removed', event_metadata: two })).toMatchObject({
      meeting_keys: ['zoom:1@x', 'ical:y@x'],
    });
    expect(ofBot({ event_type: 'restored', event_metadata: {} })).toEqual({
      kind: 'bot',
      project_id: 'proj_1',
      bot_id: 'bot_1',
    });
    for (const event_metadata of [{}, undefined, { meeting: 5 }]) {
      expect(ofBot({ event_type: 'removed', event_metadata })).toBe('nothing');
    }
    expect(ofBot({ event_type: 'staged', event_metadata: { meeting: 'zoom:1@x' } })).toBe('nothing');
  });
});

it('a text that is not a message of the rule queue is parsed as null', () => {
  for (const text of ['', 'x', '{}', '{"kind":"other"}', '{"kind":"bot"}', '{"source":"else","detail":{}}']) {
    expect(parseRuleMessage(text)).toBeNull();
  }
});

it('messages are sent ten a request in the form in which they are parsed, and a refused one is an error', async () => {
  const sent: { MessageBody: string; DelaySeconds?: number }[][] = [];
  let refused: RefusedEntry[] = [];
  const sendMessageBatch: SqsClient['sendMessageBatch'] = async ({ Entries }) => {
    sent.push(Entries);
    return refused;
  };
  const queue = createRuleQueue({ sendMessageBatch } as SqsClient, 'url');
  const messages = Array.from(
    { length: 23 },
    (_, index): RuleMessage => ({ kind: 'bot', project_id: 'proj_1', bot_id: `bot_${index}` }),
  );
  await queue.send(messages, 45);
  expect(sent.map(({ length }) => length)).toEqual([10, 10, 3]);
  expect(sent.flat().map(({ MessageBody }) => parseRuleMessage(MessageBody))).toEqual(messages);
  expect(new Set(sent.flat().map(({ DelaySeconds }) => DelaySeconds))).toEqual(new Set([45]));
  refused = [{ Id: '0', Code: 'InternalError' }];
  await expect(queue.send(messages)).rejects.toThrow('InternalError');
});
