import * as z from 'zod';
import { integerField } from '../http/integer-field.ts';
import { metadataField } from '../http/metadata-field.ts';
import { choiceField, optionalField, textField } from '../http/request-fields.ts';
import { idOut, timeOut } from '../http/response-fields.ts';
import { connectTimingMs } from '../platform/account-timing.ts';
import { formatTimestamp } from '../platform/timestamp.ts';
import { type ConnectSession, connectErrors, selections } from './connect-session.ts';
import type { ShownStatus } from './session-status.ts';

const seconds = (milliseconds: number): number => milliseconds / 1000;

/** Body of `POST /connect_sessions`. */
export const createConnectSessionFields = z.object({
  oauth_app_id: textField(255),
  redirect_url: optionalField(textField(2048)),
  calendar_id: optionalField(textField(255)),
  deduplication_key: optionalField(textField(1024)),
  metadata: optionalField(metadataField()),
  selection: optionalField(choiceField(selections)).meta({ default: 'primary' }),
  expires_in: optionalField(
    integerField(seconds(connectTimingMs.shortestLink), seconds(connectTimingMs.longestLink)),
  ).meta({ default: seconds(connectTimingMs.usualLink) }),
});

/** The answer to creation. No other answer has the link. */
export const createdConnectSessionOut = z.object({
  id: idOut('cses'),
  url: z.string().meta({ format: 'uri' }),
  expires_at: timeOut(),
});

/** What an answer may say of a session. */
export const shownStatuses = ['open', 'completed', 'denied', 'failed', 'expired'] as const;

export const connectSessionOut = z.object({
  id: idOut('cses'),
  status: z.enum(shownStatuses),
  // A later version may add words.
  error: z.string().meta({ 'x-extensible-enum': connectErrors }).nullable(),
  calendar_ids: z.array(idOut('cal')),
  oauth_app_id: idOut('oapp'),
  redirect_url: z.string().nullable(),
  calendar_id: idOut('cal').nullable(),
  selection: z.enum(selections),
  created_at: timeOut(),
  expires_at: timeOut(),
});

/** The schema drops undeclared fields, so no secret is shown. */
export const showConnectSession = (session: ConnectSession, status: ShownStatus): z.output<typeof connectSessionOut> =>
  connectSessionOut.parse({
    ...session,
    status,
    created_at: formatTimestamp(session.created_at),
    expires_at: formatTimestamp(session.ends_at),
  });
