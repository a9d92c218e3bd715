import { textField } from '../http/request-fields.ts';

/** Labels of letters, digits and hyphens, at least two; `@` before it is forgiven. */
const pattern = /^[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+$/u;
const longest = 253;

/** The part of mail addresses behind the `@`, in lower case. */
export const mailDomainField = () =>
  textField()
    .overwrite((text) => text.replace(/^@/, '').toLowerCase())
    .superRefine((text, context) => {
      if (!pattern.test(text) || text.length > longest) {
        context.addIssue({ code: 'custom', message: `"${text.slice(0, longest)}" is not a valid domain.` });
      }
    });
