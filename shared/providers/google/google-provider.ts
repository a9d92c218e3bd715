import type { Clock } from '../../platform/clock.ts';
import type { CalendarProvider } from '../calendar-provider.ts';
import { describeGoogleCalendar } from './describe-google-calendar.ts';
import { createGoogleApi, type GoogleApi } from './google-api.ts';
import { findInGoogleList, listGoogleCalendars } from './google-calendar-list.ts';
import { readGoogleChanges } from './google-changes.ts';
import { closeGoogleChannel, openGoogleChannel } from './google-channels.ts';
import { googleVolatile } from './google-event.ts';
import { lookUpGoogleEvents } from './google-look-up.ts';
import { eventsPath, fetchGooglePage } from './google-pages.ts';

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
    volatile: googleVolatile,
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
    readChanges: async (_accessToken, _request, read) => readGoogleChanges(read),
    lookUp: (accessToken, { since, timeZone, wanted, ...request }, mayGoOn) =>
      lookUpGoogleEvents(
        api(accessToken),
        { events: eventsPath(request), since, timeZone, wanted, now: clock.now() },
        mayGoOn,
      ),
    findInList: (accessToken, calendar) => findInGoogleList(api(accessToken), calendar),
    // A calendar that the account cannot read is not found.
    locate: async (_accessToken, calendar) => calendar,
    listCalendars: (accessToken) => listGoogleCalendars(api(accessToken)),
    describe: (accessToken, calendar) => describeGoogleCalendar(api(accessToken), calendar),
    openChannel: (accessToken, request) => openGoogleChannel(api(accessToken), request, clock.now()),
    closeChannel: (accessToken, channel) => closeGoogleChannel(api(accessToken), channel),
  };
}
