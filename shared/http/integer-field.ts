import * as z from 'zod';
import { JsonNumber } from './json-number.ts';

/** A whole number from `least` to `most`, with the reference's texts. */
export const integerField = (least: number, most: number) =>
  z
    .unknown()
    .transform((value, context): number => {
      const number = value instanceof JsonNumber ? Number(value.text) : Number.NaN;
      const message = findFault(value, number, least, most);
      if (message === null) return number;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    })
    .pipe(z.number().int().min(least).max(most));

function findFault(value: unknown, number: number, least: number, most: number): string | null {
  if (value === undefined) return 'This field is required.';
  if (value === null) return 'This field may not be null.';
  if (!Number.isInteger(number)) return 'A valid integer is required.';
  if (number < least) return `Ensure this value is greater than or equal to ${least}.`;
  return number > most ? `Ensure this value is less than or equal to ${most}.` : null;
}
