import type { AppError } from '../platform/app-error.ts';
import type { ConsentGrant } from '../providers/consent/redeem-code.ts';
import type { ConnectPageDeps, ListedCalendar, OpenSession, Step } from './connect-deps.ts';
import type { ConnectError } from './connect-session.ts';
import { completeSession } from './connect-session-store.ts';
import { failConsent } from './fail-consent.ts';
import { backOf } from './find-open-session.ts';
import { donePage, goOnPage } from './page/connect-pages.ts';

/** Connects, says so, and sends the user back. @param isForm the answer to a form may not redirect to another site */
export async function completeConsent(
  deps: ConnectPageDeps,
  open: OpenSession,
  { granted, chosen, isForm = false }: { granted: ConsentGrant; chosen: ListedCalendar[] | null; isForm?: boolean },
): Promise<Step> {
  const { session, app, settings } = open;
  const { calendarIds, refused } = await deps.connect(session, app, granted, chosen);
  await deps.announce(session, calendarIds);
  // Those of a try before, of which another one was refused.
  const ids = [...new Set([...session.calendar_ids, ...calendarIds])];
  if (refused) {
    const error = errorOf(refused);
    if (error === null) throw refused;
    return failConsent(deps, open, error, { calendarIds: ids });
  }
  await completeSession(deps.table, session, ids);
  deps.logger.info('connect session completed', { connect_session_id: session.id, calendars: ids.length });
  const back = backOf(session, settings);
  if (back === null) return { page: donePage({ settings }, session) };
  return isForm ? { page: goOnPage(settings, back, settings.name ?? 'the application') } : { redirect: back };
}

function errorOf({ code, details }: AppError): ConnectError | null {
  if (code === 'throttled') return 'too_many_calendars';
  if (code === 'not_found') return 'client_refused';
  if (code === 'conflict') return 'account_busy';
  return code === 'invalid_fields' && details.fields?.['deduplication_key'] ? 'deduplication_key_taken' : null;
}
