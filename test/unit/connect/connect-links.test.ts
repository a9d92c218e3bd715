import { describe, expect, it } from 'vitest';
import {
  hashSecret,
  isSecret,
  nameSecret,
  randomSecret,
  readNamedSecret,
} from '../../../shared/connect/connect-session.ts';
import { findAddressFault, withSessionId } from '../../../shared/connect/connect-settings.ts';
import {
  isReconnectable,
  readReconnectToken,
  reconnectUrl,
  showFailure,
} from '../../../shared/connect/reconnect-link.ts';
import { isSignature } from '../../../shared/platform/signing.ts';
import { millisOf, timestampOf } from '../../../shared/platform/timestamp.ts';

describe('an address of a project', () => {
  it.each([
    'https://app.example.com',
    'https://app.example.com/connected?a=b',
    'https://app.example.com:8443/',
    'http://localhost:3000/done',
    'http://127.0.0.1/',
    'https://[2001:db8::1]:8443/done',
    'https://bücher.example/zurück?tür=a;b',
    'https://a_b.example/',
  ])('may be %s', (text) => expect(findAddressFault(text)).toBeNull());

  it.each([
    'http://app.example.com/',
    'http://localhost.evil.example/',
    'javascript:alert(1)',
    'data:text/html,x',
    '//evil.example/',
    'https://user@app.example.com/',
    'https://app.example.com/#part',
    'https://app.example.com\\@evil.example/',
    'https://app.example.com/a b',
    'https://',
    'app.example.com',
    // The policy of a page names the host of the logo: these would be words of the policy.
    'https://x;sandbox',
    'https://a,b',
    'https://*',
    'https://*.example.com/',
    "https://'self'",
    'https://x"y',
    'https://%65vil.example/',
    // What browsers read as such a character, or as the end of a host.
    'https://x；sandbox',
    'https://x\u037esandbox',
    'https://＊.example.com/',
    'https://evil.example／.app.example.com/',
  ])('may not be %s', (text) => expect(findAddressFault(text)).toEqual(expect.any(String)));

  it.each([
    ['https://app.example.com/done', 'https://app.example.com/done?'],
    ['https://app.example.com?', 'https://app.example.com/?'],
    ['https://app.example.com/done?tab=1', 'https://app.example.com/done?tab=1&'],
    // Exactly: an application may sign them.
    ['http://localhost:3000/?to=a%20b/c&flag&&x=', 'http://localhost:3000/?to=a%20b/c&flag&&x=&'],
    ['https://app.example.com/?connect_session_id=old&a=1', 'https://app.example.com/?a=1&'],
  ])('keeps its own parameters when the session is added: %s', (url, before) => {
    expect(withSessionId(url, 'cses_x')).toBe(`${before}connect_session_id=cses_x`);
  });
});

describe('a secret', () => {
  it('is recognized by its hash, and no other text is', () => {
    const secret = randomSecret();
    const hash = hashSecret(secret);
    expect(isSecret(secret, hash)).toBe(true);
    for (const other of ['', secret.slice(1), hash]) expect(isSecret(other, hash)).toBe(false);
    expect(isSecret('', undefined)).toBe(false);
  });

  it('is read from a name, and nothing is read from another text', () => {
    const id = 'cses_AbCdEfGhIjKlMn09';
    const secret = randomSecret();
    expect(readNamedSecret(nameSecret(id, secret))).toEqual({ sessionId: id, secret });
    for (const text of ['', secret, `${id}.${secret}`, nameSecret(id, `${secret}x`)])
      expect(readNamedSecret(text)).toBeNull();
  });
});

describe('the link of a lost connection', () => {
  const links = { publicUrl: 'https://kalends.example', signingSecret: 'signing' };
  const at = timestampOf(Date.parse('2026-11-27T09:00:00Z'), 7);
  const calendar = {
    id: 'cal_AbCdEfGhIjKlMn01' as const,
    connection_failure_data: {
      error: 'e',
      timestamp: at,
      code: 'authorization_revoked' as const,
      provider_code: 'invalid_grant',
      action: 'a',
      oauth_app_id: 'oapp_AbCdEfGhIjKlMn08',
    },
  };
  const day = 86_400_000;

  it('is the same whenever it is shown, and states calendar and time of the loss', () => {
    const loss = { calendarId: calendar.id, at };
    const url = reconnectUrl(links, loss);
    expect(reconnectUrl(links, loss)).toBe(url);
    const read = readReconnectToken(url.slice(url.lastIndexOf('/') + 1)) ?? expect.fail('not read');
    expect(read.loss).toEqual(loss);
    const text = `${loss.calendarId}\0${at}`;
    expect(isSignature(read.signature, 'signing', 'reconnect-link', text)).toBe(true);
    expect(isSignature(read.signature, 'signing', 'cursor', text)).toBe(false);
  });

  it('is shown for seven days, and never with the id of the app', () => {
    const within = showFailure(calendar, millisOf(at) + 7 * day - 1, links);
    expect(within).toHaveProperty('reconnect_url');
    expect(within).not.toHaveProperty('oauth_app_id');
    expect(showFailure(calendar, millisOf(at) + 7 * day, links)).not.toHaveProperty('reconnect_url');
    expect(isReconnectable(at, millisOf(at) + 7 * day)).toBe(false);
  });

  it('is not shown where there is no app, or nothing to sign with', () => {
    const { oauth_app_id: _app, ...failure } = calendar.connection_failure_data;
    const without = { ...calendar, connection_failure_data: failure };
    expect(showFailure(without, millisOf(at), links)).not.toHaveProperty('reconnect_url');
    expect(showFailure(calendar, millisOf(at))).not.toHaveProperty('reconnect_url');
    expect(showFailure({ ...calendar, connection_failure_data: null }, 0, links)).toBeNull();
  });
});
