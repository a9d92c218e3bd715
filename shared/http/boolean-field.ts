import * as z from 'zod';

/** `true` or `false`, with the reference's texts. */
export const booleanField = () =>
  z.preprocess((value, context) => {
    if (typeof value === 'boolean') return value;
    const message =
      value === undefined
        ? 'This field is required.'
        : value === null
          ? 'This field may not be null.'
          : 'Must be a valid boolean.';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }, z.boolean());
