import * as z from 'zod';
import { platforms } from '../calendars/calendar.ts';
import { booleanField } from '../http/boolean-field.ts';
import { choiceField, optionalField, textField } from '../http/request-fields.ts';
import { idOut, listOut, timeOut } from '../http/response-fields.ts';
import { timeField } from '../http/time-field.ts';
import { formatTimestamp, type Timestamp } from '../platform/timestamp.ts';
import type { OAuthApp } from './oauth-app.ts';

/** As long as that of a calendar. */
const longestSecret = 16_384;

const tenantPattern = /^[\w.-]+$/;
/** A tenant's id or domain. It becomes a part of the URL at which tokens are requested. */
const tenantField = () =>
  textField(255)
    .superRefine((text, context) => {
      if (!tenantPattern.test(text))
        context.addIssue({ code: 'custom', message: 'Enter the id or domain of a tenant.' });
    })
    .meta({ maxLength: 255, pattern: tenantPattern.source });

const expiryField = () => timeField('secret_expires_at').nullable();

/** Body of `POST /oauth_apps` (docs/use/connect.md). */
export const createOAuthAppFields = z.object({
  platform: choiceField(platforms),
  client_id: textField(255),
  client_secret: textField(longestSecret),
  tenant: optionalField(tenantField()),
  secret_expires_at: optionalField(expiryField()),
});

/** Body of `PATCH /oauth_apps/{id}`. */
export const updateOAuthAppFields = z.object({
  client_secret: optionalField(textField(longestSecret)),
  retire_former: optionalField(booleanField()),
  tenant: optionalField(tenantField()),
  secret_expires_at: optionalField(expiryField()),
});

/** An OAuth app in answers. No answer has a secret. */
export const oauthAppOut = z.object({
  id: idOut('oapp'),
  platform: z.enum(platforms),
  client_id: z.string(),
  tenant: z.string().nullable(),
  has_former_secret: z.boolean(),
  secret_expires_at: timeOut().nullable(),
  refused_since: timeOut().nullable(),
  created_at: timeOut(),
  updated_at: timeOut(),
});

/** `GET /oauth_apps`: newest first; without `limit` all apps of the project are on one page. */
export const oauthAppListOut = listOut(oauthAppOut);

export function showOAuthApp(app: OAuthApp): z.output<typeof oauthAppOut> {
  const shown = (time: Timestamp | null): string | null => time && formatTimestamp(time);
  return {
    id: app.id,
    platform: app.platform,
    client_id: app.client_id,
    tenant: app.tenant,
    has_former_secret: app.client_secrets.length > 1,
    secret_expires_at: shown(app.secret_expires_at),
    refused_since: shown(app.refused_since),
    created_at: formatTimestamp(app.created_at),
    updated_at: formatTimestamp(app.updated_at),
  };
}
