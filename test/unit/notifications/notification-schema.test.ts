import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { webhookTriggers } from '../../../shared/notifications/notification.ts';
import { notificationDetailSchema } from '../../../shared/notifications/notification-schema.ts';
import { notificationJsonSchema } from '../../support/notification-json-schema.ts';
import { readDocBlock } from '../../support/read-doc-block.ts';

const page = join(import.meta.dirname, '../../../docs/events.md');
const ajv = new Ajv2020({ strict: true });
(formats as unknown as (ajv: Ajv2020) => void)(ajv);
const validate = ajv.compile(notificationJsonSchema());
const example = JSON.parse(readDocBlock('events.md', 'event'));

/** The example with something else, or nothing (undefined), at a path like `payload.data.since`. */
function alter(path: string, value: unknown): unknown {
  const keys = path.split('.');
  const change = (part: Record<string, unknown>, depth: number): Record<string, unknown> => {
    const key = keys[depth] ?? '';
    const below = () => change((part[key] ?? {}) as Record<string, unknown>, depth + 1);
    return { ...part, [key]: depth === keys.length - 1 ? value : below() };
  };
  return JSON.parse(JSON.stringify(change(example.detail, 0)));
}

describe('the page on events', () => {
  // `vitest run -u` writes the schema into the page.
  it('shows the schema of what is published', async () => {
    const block = `\`\`\`json schema\n${JSON.stringify(notificationJsonSchema(), null, 2)}\n\`\`\``;
    const text = readFileSync(page, 'utf8');
    expect(text).toMatch(/^```json schema$/m);
    await expect(text.replace(/^```json schema$.*?^```$/ms, () => block)).toMatchFileSnapshot(page);
  });

  it('names every trigger', () => {
    const text = readFileSync(page, 'utf8');
    expect(webhookTriggers.filter((trigger) => !text.includes(`| \`${trigger}\` |`))).toEqual([]);
  });

  it('shows an example that is valid, also closely read', () => {
    expect(validate(example.detail)).toBe(true);
    expect(ajv.compile(notificationJsonSchema({ closed: true }))(example.detail)).toBe(true);
    expect(example['detail-type']).toBe(example.detail.payload.trigger);
  });
});

describe('the schema of a notification', () => {
  it.each([
    ['another version', 'version', '2'],
    ['no version', 'version', undefined],
    ['no project', 'project_id', undefined],
    ['an unknown trigger', 'payload.trigger', 'calendar.other'],
    ['a count that is text', 'payload.data.created', '1'],
    ['no since', 'payload.data.since', undefined],
    ['a time without zone', 'payload.data.since', '2026-11-21T09:30:00'],
    ['metadata that is no text', 'payload.calendar_metadata', { a: 1 }],
    ['a key that is no UUID', 'payload.idempotency_key', 'key'],
  ])('refuses %s, as JSON Schema and in the code', (_kind, path, value) => {
    expect(validate(alter(path, value))).toBe(false);
    expect(notificationDetailSchema.safeParse(alter(path, value)).success).toBe(false);
  });

  const failure = { error: 'Google Authentication error: new', timestamp: '2026-11-21T09:30:00Z', action: 'Wait.' };

  it.each([
    ['keys', 'new', 1],
    ['keys of the body', 'payload.new', 1],
    ['keys of its data', 'payload.data.new', { new: null }],
    [
      'codes of failure',
      'payload.data.connection_failure_data',
      { ...failure, code: 'new_code', provider_code: 'new', new: 1 },
    ],
  ])('lets new %s in, which may come within a version', (_kind, path, value) => {
    expect(validate(alter(path, value))).toBe(true);
  });
});
