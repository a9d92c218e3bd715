import { describe, expect, it } from 'vitest';
import { findOAuthApp } from '../../../shared/oauth-apps/oauth-app-store.ts';
import { useApiClient, useOtherProject, useStack } from '../../support/use-stack.ts';

const stack = useStack();
const api = useApiClient(stack);
const other = useOtherProject(stack);
const path = '/api/v1/oauth_apps';

type Options = Parameters<typeof api.call>[2];
const call = (method: string, at: string, options?: Options) => api.call(method, `${path}${at}`, options);
const google = { platform: 'google', client_id: '123.apps.googleusercontent.com', client_secret: 'GOCSPX-first' };
const microsoft = { platform: 'microsoft', client_id: 'aaaa', client_secret: 'ms-first', tenant: 'contoso.com' };
const create = async (json: object = google): Promise<string> => {
  const { status, body } = await call('POST', '', { json });
  expect(status).toBe(201);
  return String(body.id);
};

describe('OAuth apps', () => {
  it('are created, read, listed newest first and deleted, and no answer has a secret', async () => {
    const created = await call('POST', '', { json: { ...microsoft, secret_expires_at: '2027-01-01T00:00:00Z' } });
    expect(created).toMatchObject({
      status: 201,
      body: {
        platform: 'microsoft',
        client_id: 'aaaa',
        tenant: 'contoso.com',
        has_former_secret: false,
        secret_expires_at: '2027-01-01T00:00:00Z',
        refused_since: null,
      },
    });
    const id = String(created.body.id);
    const second = await create();
    expect((await call('GET', `/${id}`)).body).toEqual(created.body);
    const listed = await call('GET', '?limit=1');
    expect(listed.body.results).toMatchObject([{ id: second, tenant: null }]);
    const next = await api.call(
      'GET',
      new URL(String(listed.body.next)).pathname + new URL(String(listed.body.next)).search,
    );
    expect(next.body.results).toMatchObject([{ id }]);
    const all = await call('GET', '');
    expect(JSON.stringify([created.body, listed.body, all.body])).not.toMatch(/first|v1\.|secret_marks/);
    for (const one of [id, second]) expect((await call('DELETE', `/${one}`)).status).toBe(200);
    expect((await call('GET', `/${id}`)).status).toBe(404);
    expect((await call('DELETE', `/${id}`)).status).toBe(404);
  });

  it('have two secrets while one is rotated; a repeated PATCH rotates nothing', async () => {
    const id = await create();
    const stored = async () => (await findOAuthApp(stack.table, stack.local.projectId, id)) ?? expect.fail('no app');
    const [first] = (await stored()).client_secrets;
    for (let sent = 0; sent < 2; sent += 1) {
      const changed = await call('PATCH', `/${id}`, { json: { client_secret: 'GOCSPX-second' } });
      expect(changed.body).toMatchObject({ has_former_secret: true, secret_expires_at: null });
      expect((await stored()).client_secrets[1]).toBe(first);
    }
    expect(JSON.stringify(await stored())).not.toContain('GOCSPX');
    expect((await call('PATCH', `/${id}`, { json: { retire_former: true } })).body).toMatchObject({
      has_former_secret: false,
    });
    expect((await stored()).client_secrets).not.toContain(first);
  });

  it('are refused with a text for every field that is wrong', async () => {
    const wrong = await call('POST', '', {
      json: { platform: 'yahoo', client_id: '', tenant: 'a/../b', secret_expires_at: 'soon' },
    });
    expect(wrong.status).toBe(400);
    expect(Object.keys(wrong.body).sort()).toEqual([
      'client_id',
      'client_secret',
      'platform',
      'secret_expires_at',
      'tenant',
    ]);
    expect((await call('POST', '', { json: { ...google, tenant: 'contoso.com' } })).body).toEqual({
      tenant: ['Only apps of Microsoft have a tenant.'],
    });
    const id = await create();
    expect((await call('PATCH', `/${id}`, { json: { tenant: 'contoso.com' } })).status).toBe(400);
    expect((await call('PATCH', `/${id}`, { json: { client_id: 'other' } })).status).toBe(400);
  });

  it('of another project are neither visible nor changeable', async () => {
    const id = await create();
    const foreign = { apiKey: other.apiKey };
    expect((await call('GET', '', foreign)).body.results).toEqual([]);
    for (const method of ['GET', 'DELETE']) expect((await call(method, `/${id}`, foreign)).status).toBe(404);
    const patched = await call('PATCH', `/${id}`, { ...foreign, json: { client_secret: 'stolen' } });
    expect(patched.status).toBe(404);
    expect((await call('GET', `/${id}`)).body).toMatchObject({ has_former_secret: false });
  });
});
