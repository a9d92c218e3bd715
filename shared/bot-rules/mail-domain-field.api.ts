import { lengthOf, textField } from '../http/request-fields.ts';

/**
 * At least two labels of letters, digits and hyphens, perhaps after an `@`. Characters beyond ASCII count as letters, but
 * for spaces and controls, so that JSON Schema and this code mean the same.
 */
const label =
  '[^\\u0000-\\u002c\\u002e\\u002f\\u003a-\\u0040\\u005b-\\u0060\\u007b-\\u00a0\\u1680\\u2000-\\u200f\\u2028-\\u202f\\u205f-\\u206f\\u3000\\ufeff]+';
const pattern = `^@?${label}(?:\\.${label})+$`;
const domain = new RegExp(pattern, 'u');
const longest = 253;

/** The domain of mail addresses, in lower case. An `@` before it is dropped. */
export const mailDomainField = () =>
  textField()
    .superRefine((text, context) => {
      if (domain.test(text) && lengthOf(text) <= longest) return;
      context.addIssue({ code: 'custom', message: `"${text.slice(0, longest)}" is not a valid domain.` });
    })
    .overwrite((text) => text.replace(/^@/, '').toLowerCase())
    .meta({ maxLength: longest, pattern });
