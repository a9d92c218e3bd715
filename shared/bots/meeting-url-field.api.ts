import { textField } from '../http/request-fields.ts';

const longestUrl = 2048;

/** Where a bot is to go: an absolute http(s) address. Whether it can go there is for its runner to say. */
export const meetingUrlField = () =>
  textField(longestUrl)
    .superRefine((text, context) => {
      const isAddress = /^https?:\/\/[^\s/]/i.test(text) && !/\s/.test(text) && URL.canParse(text);
      if (!isAddress) context.addIssue({ code: 'custom', message: 'Enter a valid URL.' });
    })
    .meta({ format: 'uri', maxLength: longestUrl });
