import * as z from 'zod';
import { listField } from '../http/list-field.ts';
import { optionalField, textField } from '../http/request-fields.ts';
import { addressPattern, type ConnectSettings, findAddressFault } from './connect-settings.ts';

const longestUrl = 2048;
const mostRedirectUrls = 50;

const addressField = () =>
  textField(longestUrl)
    .superRefine((text, context) => {
      const message = findAddressFault(text);
      if (message !== null) context.addIssue({ code: 'custom', message });
    })
    .meta({ format: 'uri', maxLength: longestUrl, pattern: addressPattern.source.replaceAll('\\/', '/') });

/** Body of `PATCH /connect_settings`. */
export const updateConnectSettingsFields = z.object({
  redirect_urls: optionalField(listField(addressField(), mostRedirectUrls, { least: 0 })),
  name: optionalField(textField(80).nullable()),
  logo_url: optionalField(addressField().nullable()),
  privacy_url: optionalField(addressField().nullable()),
});

export const connectSettingsOut = z.object({
  // As they were given: not each of them is a URI by RFC 3986.
  redirect_urls: z.array(z.string()),
  name: z.string().nullable(),
  logo_url: z.string().nullable(),
  privacy_url: z.string().nullable(),
});

export const showConnectSettings = (settings: ConnectSettings): z.output<typeof connectSettingsOut> =>
  connectSettingsOut.parse(settings);
