import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleFunctions, functionNames } from '../../../infra/bundle.ts';

/**
 * Limits in kB, a tenth above today's sizes. A cold start reads and compiles the whole bundle. When a bundle exceeds its
 * limit, esbuild's metafile names the large module in it.
 */
const limits: Record<string, number> = {
  'api-bot-rules': 740,
  'decide-bots': 735,
  'api-bots': 770,
  'api-calendar-events': 640,
  'api-calendars': 1750,
  'api-service': 600,
  'api-webhooks': 730,
  'deliver-webhook': 720,
  'dispatch-due': 620,
  'fan-out-notification': 720,
  'follow-attendee': 700,
  'hand-off-bot': 810,
  'receive-google-push': 520,
  'receive-microsoft-push': 520,
  'sync-calendar': 1850,
};

const { outputs } = bundleFunctions(mkdtempSync(join(tmpdir(), 'kalends-bundles-')));
const sizes = Object.entries(outputs).map(([file, { bytes }]) => ({
  name: file.split('/').at(-2) ?? '',
  kilobytes: Math.round(bytes / 1000),
}));

describe('bundles', () => {
  it('exist for every function', () => {
    expect(sizes.map(({ name }) => name).sort()).toEqual(functionNames());
  });

  it.each(sizes)('of $name have $kilobytes kB, which is below the limit', ({ name, kilobytes }) => {
    expect(kilobytes).toBeLessThanOrEqual(limits[name] ?? 0);
  });

  it('contain neither the credential chain nor a second fetch', () => {
    const inputs = Object.values(outputs).flatMap((output) => Object.keys(output.inputs));
    const heavy = /node_modules\/(@aws-sdk\/(credential-provider|nested-clients)|node-fetch|web-streams-polyfill)/;
    expect(inputs.filter((input) => heavy.test(input))).toEqual([]);
  });
});
