import * as z from 'zod';
import type { CalendarAddress } from '../../calendars/calendar.ts';
import type { Clock } from '../../platform/clock.ts';
import type { CalendarProvider, Listed } from '../calendar-provider.ts';
import { findInPages } from '../find-in-list.ts';
import { noError, pageLink } from '../page-link.ts';
import { readAnswer } from '../read-answer.ts';
import { describeMicrosoftCalendar } from './describe-microsoft-calendar.ts';
import { createGraphApi, type GraphApi } from './graph-api.ts';
import { mailboxPath } from './mailbox-path.ts';
import { readMicrosoftChanges } from './microsoft-changes.ts';
import { closeMicrosoftChannel, openMicrosoftChannel, renewMicrosoftChannel } from './microsoft-channels.ts';
import { microsoftVolatile } from './microsoft-event.ts';
import { lookUpMicrosoftEvents } from './microsoft-look-up.ts';
import { fetchMicrosoftPage } from './microsoft-pages.ts';

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
    volatile: microsoftVolatile,
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
    readChanges: (accessToken, request, read) => readMicrosoftChanges(api(accessToken), request, read),
    lookUp: (accessToken, request, mayGoOn) => lookUpMicrosoftEvents(api(accessToken), request, mayGoOn),
    findInList: (accessToken, calendar) => findInGraphList(api(accessToken), calendar),
    describe: (accessToken, calendar) => describeMicrosoftCalendar(api(accessToken), calendar),
    openChannel: (accessToken, request) => openMicrosoftChannel(api(accessToken), request, clock.now()),
    renewChannel: (accessToken, channel) => renewMicrosoftChannel(api(accessToken), channel, clock.now()),
    closeChannel: (accessToken, channel) => closeMicrosoftChannel(api(accessToken), channel),
  };
}

const listSchema = z.object({ value: z.array(z.unknown()), '@odata.nextLink': pageLink, error: noError });
const entrySchema = z.object({ id: z.string(), isDefaultCalendar: z.boolean().nullish().catch(null) });

/** https://learn.microsoft.com/en-us/graph/api/user-list-calendars */
async function findInGraphList(api: GraphApi, { uuid, mailbox }: CalendarAddress): Promise<Listed> {
  const found = await findInPages(
    async (link) => {
      const page = readAnswer(listSchema, await api.get(link ?? `${mailboxPath(mailbox)}/calendars`));
      const entries = page.value.map((entry) => entrySchema.safeParse(entry).data ?? null);
      return { entries, next: page['@odata.nextLink'] };
    },
    ({ id, isDefaultCalendar }) => ((uuid === null ? isDefaultCalendar === true : id === uuid) ? 'listed' : null),
  );
  return found === 'absent' && uuid === null ? 'unclear' : found;
}
