import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../infra/config.ts';

describe('settings', () => {
  it('have a default for each', () => {
    expect(readSettings(undefined, undefined)).toMatchObject({ stackName: 'Kalends', postsPerMinute: 3000 });
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
