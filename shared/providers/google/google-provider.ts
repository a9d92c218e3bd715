import * as z from 'zod';
import type { CalendarAddress } from '../../calendars/calendar.ts';
import type { Clock } from '../../platform/clock.ts';
import type { CalendarProvider, Listed } from '../calendar-provider.ts';
import { findInPages } from '../find-in-list.ts';
import { noError, pageLink } from '../page-link.ts';
import { readAnswer } from '../read-answer.ts';
import { describeGoogleCalendar } from './describe-google-calendar.ts';
import { createGoogleApi, type GoogleApi } from './google-api.ts';
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
    describe: (accessToken, calendar) => describeGoogleCalendar(api(accessToken), calendar),
    openChannel: (accessToken, request) => openGoogleChannel(api(accessToken), request, clock.now()),
    closeChannel: (accessToken, channel) => closeGoogleChannel(api(accessToken), channel),
  };
}

const listSchema = z.object({ items: z.array(z.unknown()), nextPageToken: pageLink, error: noError });
const flag = z.boolean().nullish().catch(null);
const entrySchema = z.object({ id: z.string(), primary: flag, deleted: flag });

/** https://developers.google.com/workspace/calendar/api/v3/reference/calendarList/list */
async function findInGoogleList(api: GoogleApi, { uuid }: CalendarAddress): Promise<Listed> {
  const isPrimary = uuid === null || uuid === 'primary';
  const found = await findInPages(
    async (link) => {
      const query = { maxResults: '250', showHidden: 'true', ...(link && { pageToken: link }) };
      const page = readAnswer(listSchema, await api.get('/users/me/calendarList', query));
      return { entries: page.items.map((item) => entrySchema.safeParse(item).data ?? null), next: page.nextPageToken };
    },
    ({ id, primary, deleted }) => {
      if (isPrimary ? primary !== true : id !== uuid) return null;
      return deleted ? 'absent' : 'listed';
    },
  );
  return found === 'absent' && isPrimary ? 'unclear' : found;
}
