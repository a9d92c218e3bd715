import type { Clock } from '../../platform/clock.ts';
import type { CalendarProvider } from '../calendar-provider.ts';
import { describeGoogleCalendar } from './describe-google-calendar.ts';
import { createGoogleApi, type GoogleApi } from './google-api.ts';
import { findInGoogleList, listGoogleCalendars } from './google-calendar-list.ts';
import { closeGoogleChannel, openGoogleChannel } from './google-channels.ts';
import { eventsPath, fetchGooglePage } from './google-pages.ts';

/** Fields that Google changes although the event is the same. Reminders belong to the reader. */
const volatile = ['etag', 'updated', 'kind', 'reminders'] as const;

export interface GoogleProviderDeps {
  /** Base addresses, e.g. `https://www.googleapis.com` and `https://oauth2.googleapis.com`. */
  apiUrl: string;
  oauthUrl: string;
  clock: Clock;
}

export function createGoogleProvider({ apiUrl, oauthUrl, clock }: GoogleProviderDeps): CalendarProvider {
  const api = (accessToken: string): GoogleApi => createGoogleApi(apiUrl, accessToken, clock);
  return {
    name: 'Google',
    syncShape: 'google:events.list:singleEvents:1',
    volatile,
    createdField: 'created',
    modifiedField: 'updated',
    // Loaded at the first refresh: the library is half a megabyte, and a calendar of the other provider never needs it.
    authorize: async (credentials) => {
      const { refreshGoogleToken } = await import('./google-token.ts');
      return refreshGoogleToken(oauthUrl, credentials, clock);
    },
    authorizeOrganization: async (credentials, access) => {
      if (credentials.platform !== 'google') throw new Error('not the key of a service account');
      const { authorizeDelegation } = await import('./google-delegation.ts');
      return authorizeDelegation({ oauthUrl, clock }, credentials.key, access);
    },
    readDirectory: async (accessToken, request) => {
      const { readGoogleDirectory } = await import('./google-directory.ts');
      return readGoogleDirectory({ apiUrl, clock }, accessToken, request);
    },
    pageSizes: [2500, 250, 50, 10, 1],
    hasPlainView: false,
    fetchPage: (accessToken, request) => fetchGooglePage(api(accessToken), request),
    readChanges: async (_accessToken, _request, read) => {
      const { readGoogleChanges } = await import('./google-changes.ts');
      return readGoogleChanges(read);
    },
    lookUp: async (accessToken, { since, timeZone, wanted, ...request }, mayGoOn) => {
      const { lookUpGoogleEvents } = await import('./google-look-up.ts');
      const calendar = { events: eventsPath(request), since, timeZone, wanted, now: clock.now() };
      return lookUpGoogleEvents(api(accessToken), calendar, mayGoOn);
    },
    findInList: (accessToken, calendar) => findInGoogleList(api(accessToken), calendar),
    // A calendar that the account cannot read is not found.
    locate: async (_accessToken, calendar) => calendar,
    listCalendars: (accessToken) => listGoogleCalendars(api(accessToken)),
    describe: (accessToken, calendar) => describeGoogleCalendar(api(accessToken), calendar),
    openChannel: (accessToken, request) => openGoogleChannel(api(accessToken), request, clock.now()),
    closeChannel: (accessToken, channel) => closeGoogleChannel(api(accessToken), channel),
  };
}
