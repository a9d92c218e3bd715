import { describe, expect, it } from 'vitest';
import { platforms } from '../../../shared/calendars/calendar.ts';
import { connectErrors } from '../../../shared/connect/connect-session.ts';
import { choicePage } from '../../../shared/connect/page/choice-page.ts';
import { askPage, donePage, endPage, failurePage } from '../../../shared/connect/page/connect-pages.ts';
import { pageHeaders } from '../../../shared/connect/page/page-layout.ts';
import { readConsentError } from '../../../shared/providers/consent/consent-error.ts';
import { createGoogleConsent } from '../../../shared/providers/google/google-consent.ts';
import { createMicrosoftConsent } from '../../../shared/providers/microsoft/microsoft-consent.ts';

const hostile = `"><script>alert('x')</script>`;
const settings = {
  redirect_urls: [],
  name: hostile,
  logo_url: 'https://app.example.com/logo.svg?a="b"',
  privacy_url: 'https://app.example.com/privacy',
};

describe.each(platforms)('A page for users of %s', (platform) => {
  const asked = { settings, platform, clientId: hostile };

  it('shows what a project calls itself as text, in less than 10 kB', () => {
    const pages = [
      askPage(asked, { start: { token: hostile }, isReconnect: false, account: null, back: null }),
      choicePage(asked, {
        sessionId: 'cses_x',
        email: hostile,
        choices: [{ value: hostile, name: hostile, note: hostile }],
        chosen: new Set([hostile]),
        page: 0,
        isEmpty: true,
      }),
      ...connectErrors.map((error) =>
        failurePage(asked, {
          error,
          start: { session: 'cses_x' },
          back: 'https://app.example.com/',
          about: hostile,
          connected: 2,
        }),
      ),
    ];
    for (const { html } of pages) {
      expect(html).not.toContain('<script');
      expect(html).not.toContain('"b"');
      expect(Buffer.byteLength(html)).toBeLessThan(10_000);
    }
  });

  it('keeps a name that turns its writing around away from the note that says whose calendar it is', () => {
    const choices = [{ value: 'a', name: '\u202emaet', note: '(of team@example.com)' }];
    const none = { chosen: new Set<string>(), page: 0, isEmpty: false };
    const { html } = choicePage(asked, { sessionId: 'cses_x', email: null, choices, ...none });
    expect(html).toContain('<bdi>\u202emaet</bdi> <span class="quiet">(of team@example.com)</span>');
  });

  it('says what is read, why, and how it ends, in the words that Google asks for', () => {
    const { html } = askPage(asked, { start: { token: 't' }, isReconnect: false, account: null, back: null });
    for (const words of ['What is read', 'Why', 'end the access at any time']) expect(html).toContain(words);
    expect(html.includes('Limited Use requirements')).toBe(platform === 'google');
  });

  it('names a project without a name in lower case, but at the beginning of a sentence', () => {
    const unnamed = { ...asked, settings: { ...settings, name: null }, clientId: 'client' };
    const start = { session: 'cses_x' };
    const pages = [
      ...[false, true].map((isReconnect) => askPage(unnamed, { start, isReconnect, account: null, back: null })),
      ...connectErrors.map((error) => failurePage(unnamed, { error, start, back: null, about: 'That.', connected: 0 })),
      ...[null, 'cal_AAAAAAAAAAAAAAAA' as const].map((calendar_id) => donePage(unnamed, { calendar_id })),
    ];
    for (const { html } of pages) {
      // At the beginning: after a tag or a full stop.
      expect(html).not.toMatch(/(?:>|\. )(?:this|the) application/);
      expect(html).not.toMatch(/[a-z,] (?:This|The) application/);
    }
  });

  it('has a way on for every reason', () => {
    for (const error of connectErrors) {
      const page = failurePage(asked, { error, start: { session: 'cses_x' }, back: null, about: 'a', connected: 0 });
      expect([error, page.html.includes('<button>')]).toEqual([error, error !== 'deduplication_key_taken']);
    }
  });

  it('says how many calendars are connected nevertheless', () => {
    const shown = [0, 1, 2].map((connected) => {
      const way = {
        error: 'too_many_calendars' as const,
        start: { session: 'cses_x' },
        back: null,
        about: '',
        connected,
      };
      return /<p>((?:Connected so far|Nothing)[^<]*)/.exec(failurePage(asked, way).html)?.[1];
    });
    expect(shown).toEqual(['Nothing was changed.', 'Connected so far: 1 calendar.', 'Connected so far: 2 calendars.']);
  });

  it('never says that nothing was connected when a try before has connected a calendar', () => {
    for (const error of connectErrors) {
      const way = { error, start: { session: 'cses_x' }, back: null, about: 'a', connected: 1 };
      expect([error, failurePage(asked, way).html]).toEqual([
        error,
        expect.not.stringMatching(/nothing was|reads no/i),
      ]);
    }
    const ends = (['link_expired', 'link_completed'] as const).map((reason) => endPage(settings, reason).html);
    expect(ends.join('')).not.toMatch(/nothing was/i);
  });
});

it('The headers of a page allow no script, no frame, no other form, and no referrer', () => {
  const headers = pageHeaders({ logoUrl: settings.logo_url });
  expect(headers['content-security-policy']).toMatch(
    /^default-src 'none'; style-src 'sha256-[^']+'; img-src https:\/\/app\.example\.com; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
  );
  expect(headers).toMatchObject({
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-frame-options': 'DENY',
  });
});

describe('Consent', () => {
  const google = createGoogleConsent('https://accounts.google.com', 'https://oauth2.googleapis.com');
  const microsoft = createMicrosoftConsent('https://login.microsoftonline.com', 'common');

  it('asks for a refresh token, and after another account for a choice', () => {
    const first = { isReconnect: false, accountId: null, mustChoose: false, readsShared: false };
    const again = { isReconnect: true, accountId: 'the-id', mustChoose: false, readsShared: false };
    expect(google.parametersFor(first)).toEqual({ access_type: 'offline', prompt: 'consent' });
    expect(google.parametersFor(again)).toMatchObject({ prompt: 'consent', login_hint: 'the-id' });
    expect(google.parametersFor({ ...again, mustChoose: true })).toEqual({
      access_type: 'offline',
      prompt: 'select_account consent',
    });
    expect(microsoft.parametersFor(first)).toMatchObject({ prompt: 'select_account' });
    // It takes addresses only.
    expect(microsoft.parametersFor(again)).toEqual({ response_mode: 'query', prompt: 'consent' });
  });

  it('asks Microsoft for shared calendars only where they may be among the chosen ones', () => {
    const asked = 'offline_access openid email profile User.Read MailboxSettings.Read Calendars.Read';
    expect(microsoft.scopesFor({ readsShared: false })).toBe(asked);
    expect(microsoft.scopesFor({ readsShared: true })).toBe(`${asked} Calendars.Read.Shared`);
    expect(microsoft.canReadShared(['Calendars.Read'])).toBe(false);
    expect(microsoft.canReadShared(['https://graph.microsoft.com/Calendars.Read.Shared'])).toBe(true);
    const scope = 'openid email https://www.googleapis.com/auth/calendar.readonly';
    expect([google.scopesFor({ readsShared: true }), google.canReadShared(scope.split(' '))]).toEqual([scope, true]);
  });

  it('is complete only with the scope of calendars, however it is spelled', () => {
    expect(google.canReadCalendars(['openid', 'https://www.googleapis.com/auth/calendar.events.readonly'])).toBe(false);
    expect(google.canReadCalendars(['https://www.googleapis.com/auth/calendar.readonly'])).toBe(true);
    expect(microsoft.canReadCalendars(['https://graph.microsoft.com/Calendars.Read'])).toBe(true);
    expect(microsoft.canReadCalendars(['User.Read', 'openid'])).toBe(false);
  });

  it('names an account by what never changes', () => {
    expect(google.accountOf({ sub: '1', email: 'a@b' })).toEqual({ id: '1', email: 'a@b' });
    expect(microsoft.accountOf({ tid: 't', oid: 'o', preferred_username: 'a@b' })).toEqual({ id: 't.o', email: 'a@b' });
    expect([google.accountOf({}), microsoft.accountOf({ oid: 'o' })]).toEqual([null, null]);
  });

  it('takes the issuer of a tenant of Microsoft, and of no other host', () => {
    const tenant = 'https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0';
    expect(microsoft.issuerOf(tenant)).toBe(tenant);
    expect(microsoft.issuerOf('https://evil.example/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0')).not.toContain('evil');
    expect(google.issuerOf('https://evil.example')).toBe('https://accounts.google.com');
  });

  it.each([
    ['access_denied', '', 'access_denied'],
    ['access_denied', 'AADSTS65004: User declined to consent', 'access_denied'],
    ['consent_required', 'AADSTS65004: User declined to consent', 'access_denied'],
    ['consent_required', 'AADSTS90094: The grant requires admin permission', 'admin_approval_required'],
    ['access_denied', 'AADSTS90094: The grant requires admin permission', 'admin_approval_required'],
    ['admin_policy_enforced', '', 'admin_approval_required'],
    ['invalid_client', 'AADSTS7000215: Invalid client secret provided', 'client_refused'],
    ['temporarily_unavailable', '', 'provider_unavailable'],
    ['invalid_grant', 'Malformed auth code.', 'code_refused'],
    ['anything', '', 'code_refused'],
  ])('that fails with %s %s is %s', (error, description, failure) => {
    expect(readConsentError(error, description)).toBe(failure);
  });
});
