import { textField } from '../http/request-fields.ts';

/** At least two labels of letters, digits and hyphens. */
const pattern = /^[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+$/u;
const longest = 253;

/** The domain of mail addresses, in lower case. An `@` before it is dropped. */
export const mailDomainField = () =>
  textField()
    .overwrite((text) => text.replace(/^@/, '').toLowerCase())
    .superRefine((text, context) => {
      if (!pattern.test(text) || text.length > longest) {
        context.addIssue({ code: 'custom', message: `"${text.slice(0, longest)}" is not a valid domain.` });
      }
    });
