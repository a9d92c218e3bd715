import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings, settingsSchema } from '../../../infra/config.ts';

const codes = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

/** Names and defaults in the table of docs/operate/deploy.md; a default in words is undefined. */
function documentedSettings(): Record<string, unknown> {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/operate/deploy.md'), 'utf8');
  const [, table = ''] = /^\| setting \| default \| effect \|\n(.*?)\n\n/ms.exec(page) ?? [];
  const rows = table.split('\n').slice(1);
  return Object.fromEntries(
    rows.flatMap((row) => {
      const [, names = '', defaults = ''] = row.split('|');
      const values = codes(defaults);
      return codes(names).map((name, index) => [name, JSON.parse(values[index] ?? 'null') ?? undefined]);
    }),
  );
}

describe('settings', () => {
  it('have a default for each', () => {
    expect(readSettings(undefined, undefined)).toMatchObject({ stackName: 'Kalends', postsPerMinute: 3000 });
  });

  it('are explained in the docs, each with its default', () => {
    const documented = documentedSettings();
    expect(Object.keys(documented).sort()).toEqual(Object.keys(settingsSchema.shape).sort());
    expect(documented).toEqual(readSettings(undefined, undefined));
  });

  it('bound the limits of projects', () => {
    const limits = {
      postsPerMinute: 3000,
      botsPerMinute: 3000,
      manualSyncsPerMinute: 600,
      windowChangesPerMinute: 60,
      feedReadsPerMinute: 600,
      calendarsPerProject: 200_000,
      webhooksPerProject: 50,
    };
    expect(readSettings(undefined, undefined)).toMatchObject(limits);
    for (const name of Object.keys(limits)) {
      for (const value of [0, 1.5, 1e9]) expect(() => readSettings({ [name]: value }, undefined)).toThrow(name);
    }
  });

  it('come from the context, and KALENDS_SETTINGS overrides them one by one', () => {
    const settings = readSettings({ stackName: 'Mine', windowFutureDays: 60 }, '{"windowFutureDays":90}');
    expect(settings).toMatchObject({ stackName: 'Mine', windowFutureDays: 90 });
  });

  it('refuse an unknown name or a wrong value, and name the setting without its value', () => {
    expect(() => readSettings({ windowFutureDay: 'hunter2' }, undefined)).toThrow(/windowFutureDay/);
    expect(() => readSettings({ publicUrl: 'hunter2' }, undefined)).toThrow(/publicUrl/);
    expect(() => readSettings({ publicUrl: 'hunter2' }, undefined)).not.toThrow(/hunter2/);
  });

  it('allow webhooks to port 443 only, unless they name other ports', () => {
    expect(readSettings(undefined, undefined).webhookPorts).toEqual([443]);
    expect(readSettings({ webhookPorts: [443, 8443] }, undefined).webhookPorts).toEqual([443, 8443]);
    for (const webhookPorts of [[], [0], [65_536], [443.5], ['443']]) {
      expect(() => readSettings({ webhookPorts }, undefined)).toThrow(/webhookPorts/);
    }
  });

  it('refuse a delay that is shorter than the debounce bucket plus the clock skew of senders', () => {
    const settings = (debounceWidthMs: number) => readSettings({ debounceWidthMs, debounceDelaySeconds: 1 }, undefined);
    expect(settings(750).debounceWidthMs).toBe(750);
    expect(() => settings(751)).toThrow(/debounceDelaySeconds/);
  });
});
