import type { Clock } from '../../platform/clock.ts';
import type { CalendarProvider } from '../calendar-provider.ts';
import { describeMicrosoftCalendar } from './describe-microsoft-calendar.ts';
import { createGraphApi, type GraphApi } from './graph-api.ts';
import { findInGraphList, listMicrosoftCalendars, locateMicrosoftCalendar } from './microsoft-calendar-list.ts';
import { closeMicrosoftChannel, openMicrosoftChannel, renewMicrosoftChannel } from './microsoft-channels.ts';
import { fetchMicrosoftPage } from './microsoft-pages.ts';

/** Fields that Graph changes although the event is the same. */
const volatile = [
  '@odata.etag',
  '@odata.context',
  '@odata.type',
  'changeKey',
  'lastModifiedDateTime',
  'webLink',
] as const;

export interface MicrosoftProviderDeps {
  /** Base addresses, e.g. `https://graph.microsoft.com` and `https://login.microsoftonline.com`. */
  graphUrl: string;
  loginUrl: string;
  /** `common`, or a tenant's id. */
  tenant: string;
  clock: Clock;
}

export function createMicrosoftProvider({
  graphUrl,
  loginUrl,
  tenant,
  clock,
}: MicrosoftProviderDeps): CalendarProvider {
  const api = (accessToken: string): GraphApi => createGraphApi(graphUrl, accessToken, clock);
  return {
    name: 'Microsoft',
    syncShape: 'microsoft:calendarView.delta:immutable:1',
    volatile,
    createdField: 'createdDateTime',
    modifiedField: 'lastModifiedDateTime',
    // Loaded at the first refresh: the library is half a megabyte, and a calendar of the other provider never needs it.
    authorize: async (credentials) => {
      const { refreshMicrosoftToken } = await import('./microsoft-token.ts');
      return refreshMicrosoftToken({ loginUrl, tenant, clock }, credentials);
    },
    authorizeOrganization: async (credentials) => {
      if (credentials.platform !== 'microsoft') throw new Error('not the secret of an app');
      const { authorizeApplication } = await import('./microsoft-application.ts');
      return authorizeApplication({ loginUrl, clock }, credentials);
    },
    readDirectory: async (accessToken, request) => {
      const { readMicrosoftDirectory } = await import('./microsoft-directory.ts');
      return readMicrosoftDirectory({ graphUrl, clock }, accessToken, request);
    },
    pageSizes: [200, 50, 10, 1],
    hasPlainView: true,
    fetchPage: (accessToken, request) => fetchMicrosoftPage(api(accessToken), request),
    readChanges: async (accessToken, request, read) => {
      const { readMicrosoftChanges } = await import('./microsoft-changes.ts');
      return readMicrosoftChanges(api(accessToken), request, read);
    },
    lookUp: async (accessToken, request, mayGoOn) => {
      const { lookUpMicrosoftEvents } = await import('./microsoft-look-up.ts');
      return lookUpMicrosoftEvents(api(accessToken), request, mayGoOn);
    },
    findInList: (accessToken, calendar) => findInGraphList(api(accessToken), calendar),
    locate: (accessToken, calendar) => locateMicrosoftCalendar(api(accessToken), calendar),
    listCalendars: (accessToken, mailbox) => listMicrosoftCalendars(api(accessToken), mailbox),
    describe: (accessToken, calendar) => describeMicrosoftCalendar(api(accessToken), calendar),
    openChannel: (accessToken, request) => openMicrosoftChannel(api(accessToken), request, clock.now()),
    renewChannel: (accessToken, channel) => renewMicrosoftChannel(api(accessToken), channel, clock.now()),
    closeChannel: (accessToken, channel) => closeMicrosoftChannel(api(accessToken), channel),
  };
}
