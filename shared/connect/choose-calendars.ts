import type { ConsentGrant } from '../providers/consent/redeem-code.ts';
import { ProviderError } from '../providers/provider-error.ts';
import { completeConsent } from './complete-consent.ts';
import type { ConnectPageDeps, Cookies, ListedCalendar, OpenSession, Step } from './connect-deps.ts';
import { hashSecret, sessionContext } from './connect-session.ts';
import { keepGrant, takeGrant } from './connect-session-store.ts';
import { failConsent } from './fail-consent.ts';
import { endWith, findByBrowser, isOpen, unknownLink } from './find-open-session.ts';
import { listFailure } from './list-failure.ts';
import { choicePage, readChoiceForm } from './page/choice-page.ts';

const pathOf = (sessionId: string): string => `/connect/choose/${sessionId}`;

/** The user has consented. All calendars are connected now, or the grant waits, sealed, until some are chosen. */
export async function chooseLater(deps: ConnectPageDeps, open: OpenSession, granted: ConsentGrant): Promise<Step> {
  const { session } = open;
  if (session.selection === 'all') {
    const listed = await listCalendars(deps, open, granted);
    return 'calendars' in listed ? completeConsent(deps, open, { granted, chosen: listed.calendars }) : listed;
  }
  const sealed = await deps.envelope.seal(sessionContext(session), JSON.stringify(granted));
  if (!(await keepGrant(deps.table, session, sealed))) return unknownLink();
  return { redirect: pathOf(session.id) };
}

/** Shows the calendars of the account, or connects those that the user has chosen. @param form null: shows them */
export async function chooseCalendars(
  deps: ConnectPageDeps,
  { sessionId, cookies, form }: { sessionId: string; cookies: Cookies; form: URLSearchParams | null },
): Promise<Step> {
  const open = await findByBrowser(deps, sessionId, cookies);
  if (!isOpen(open)) return open;
  const { session, app, settings } = open;
  if (session.grant === undefined) return endWith('sign_in_over', session, settings);
  const granted = JSON.parse(await deps.envelope.open(sessionContext(session), session.grant)) as ConsentGrant;
  const listed = await listCalendars(deps, open, granted);
  if (!('calendars' in listed)) return listed;
  const { chosen, turnTo } = form ? readChoiceForm(form) : { chosen: mainOf(listed.calendars), turnTo: 0 };
  const calendars = listed.calendars.filter((calendar) => chosen.has(valueOf(calendar)));
  if (turnTo === null && calendars.length > 0) {
    if (!(await takeGrant(deps.table, session))) return endWith('sign_in_over', session, settings);
    return completeConsent(deps, open, { granted, chosen: calendars, isForm: true });
  }
  const choices = listed.calendars.map((calendar) => ({
    value: valueOf(calendar),
    name: calendar.name ?? 'Calendar without a name',
    note: noteOf(calendar),
  }));
  const way = { sessionId: session.id, email: granted.account.email, choices, chosen };
  return {
    page: choicePage({ settings, platform: app.platform }, { ...way, page: turnTo ?? 0, isEmpty: turnTo === null }),
  };
}

/** The calendars of the user that can be read, the main one first, or the page that says why there are none. */
export async function listCalendars(
  deps: ConnectPageDeps,
  open: OpenSession,
  { accessToken, readsShared }: ConsentGrant,
): Promise<{ calendars: ListedCalendar[] } | Step> {
  try {
    const all = await deps.listCalendars(open.app.platform, accessToken);
    const readable = all.filter(({ access_role: role }) => role !== 'free_busy');
    const calendars = readsShared ? readable : withoutShared(readable);
    const sorted = calendars.toSorted((one, other) => Number(other.is_primary) - Number(one.is_primary));
    return calendars.length > 0 ? { calendars: sorted } : await failConsent(deps, open, 'no_calendar');
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return failConsent(deps, open, listFailure(error));
  }
}

/** Without those of other owners, which the grant does not allow to read. Where the user's own address is not known, all stay. */
function withoutShared(calendars: ListedCalendar[]): ListedCalendar[] {
  const own = calendars.find(({ is_primary: isPrimary }) => isPrimary)?.owner_address?.toLowerCase();
  return calendars.filter(
    ({ mailbox, owner_address: owner }) =>
      mailbox === null && (owner === null || own === undefined || owner.toLowerCase() === own),
  );
}

/**
 * Ids of calendars may be long, and say nothing to a person. 48 bits: no two of one account are equal by chance, and a
 * page that carries 250 of them is small.
 */
const valueOf = ({ platform_uuid: uuid, mailbox }: ListedCalendar): string =>
  hashSecret(`${mailbox ?? ''}\0${uuid}`).slice(0, 8);

const mainOf = (calendars: ListedCalendar[]): Set<string> =>
  new Set(calendars.filter(({ is_primary: isPrimary }) => isPrimary).map(valueOf));

const noteOf = ({ is_primary: isPrimary, mailbox }: ListedCalendar): string =>
  isPrimary ? '(your main calendar)' : mailbox === null ? '' : `(of ${mailbox})`;
