import { describe, expect, it } from 'vitest';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();

describe('PATCH /connect_settings', () => {
  it('sets how the pages present the project, and takes each setting back', async () => {
    const given = {
      redirect_urls: ['https://app.example.com/connected'],
      name: 'Example',
      logo_url: 'https://app.example.com/logo.svg',
      privacy_url: 'https://app.example.com/privacy',
    };
    expect(await stack.call('PATCH', '/connect_settings', given)).toMatchObject({ status: 200, body: given });
    const none = { redirect_urls: [], name: null, logo_url: null, privacy_url: null };
    for (const [name, value] of Object.entries(none)) {
      const { status, body } = await stack.call('PATCH', '/connect_settings', { [name]: value });
      expect([status, body[name]]).toEqual([200, value]);
    }
    expect((await stack.call('GET', '/connect_settings')).body).toEqual(none);
  });

  it('refuses what users must not see or return to', async () => {
    for (const [name, value] of [
      ['name', ''],
      ['name', 'N'.repeat(81)],
      ['logo_url', 'http://app.example.com/logo.svg'],
      ['redirect_urls', ['https://app.example.com/#fragment']],
      ['redirect_urls', null],
    ] as const) {
      const { status, body } = await stack.call('PATCH', '/connect_settings', { [name]: value });
      expect([name, status, Object.keys(body)]).toEqual([name, 400, [name]]);
    }
  });
});
