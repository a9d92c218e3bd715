import { textField } from '../http/request-fields.ts';

const longestUrl = 2048;

/** The meeting that a bot joins: an absolute http(s) URL. Its runner decides whether it supports the platform. */
export const meetingUrlField = () =>
  textField(longestUrl)
    .superRefine((text, context) => {
      const isAddress = /^https?:\/\/[^\s/]/i.test(text) && !/\s/.test(text) && URL.canParse(text);
      if (!isAddress) context.addIssue({ code: 'custom', message: 'Enter a valid URL.' });
    })
    .meta({ format: 'uri', maxLength: longestUrl });
